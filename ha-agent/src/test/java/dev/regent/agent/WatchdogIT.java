package dev.regent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.process.EtcdServer;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent whose watchdog device is a named pipe. */
class WatchdogIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private EtcdServer etcd;
    private AgentCluster cluster;
    private Agent agent;
    private Path pipe;

    @BeforeEach
    void prepareOneAgent() throws Exception {
        etcd = EtcdServer.start();
        cluster = AgentCluster.prepare(
                "demo",
                Programs.agent(),
                List.of(etcd.endpoint()),
                1,
                Map.of("ttl", 20, "loop_wait", 1, "retry_timeout", 5));
        agent = cluster.agents().get(0);
        pipe = agent.yamlFile().resolveSibling("watchdog");
    }

    @AfterEach
    void removeEverything() {
        cluster.close();
        etcd.close();
    }

    @Test
    void theDeviceIsFedInEachLoopStaysArmedWhenTheAgentDiesAndIsDisarmedByADeliberateEnd() throws Exception {
        makePipe();
        useWatchdog("automatic");
        try (Reader reader = new Reader(pipe)) {
            agent.start();
            Waiting.until(LIMIT, () -> reader.read().endsWith("1111"));
            cluster.awaitHealthy(LIMIT);
            agent.kill();
            assertThat(reader.read()).matches("Ctimeout=15\n1+");

            agent.start();
            Waiting.until(LIMIT, () -> reader.read().matches("Ctimeout=15\n1+Ctimeout=15\n1+"));
            agent.stop();

            assertThat(reader.read()).endsWith("1V").containsOnlyOnce("V");
        }
    }

    @Test
    void aNodeWithoutTheDeviceThatItNeedsDoesNotBecomeThePrimaryAndSaysWhy() throws Exception {
        useWatchdog("required");
        agent.start();

        Waiting.until(LIMIT, () -> status().contains("\"watchdog_failed\": true"));
        Waiting.until(LIMIT, () -> log().contains("I must not lead without a watchdog, and mine does not work"));
        assertThat(log()).contains("there is no " + pipe);
        assertThat(agent.postmasterPid()).isEmpty();

        makePipe();
        try (Reader reader = new Reader(pipe)) {
            cluster.awaitHealthy(LIMIT);
            assertThat(reader.read()).startsWith("Ctimeout=15\n1");
            assertThat(status()).doesNotContain("watchdog_failed");
        }
    }

    private void makePipe() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
    }

    private void useWatchdog(String mode) throws IOException {
        String yaml = Files.readString(agent.yamlFile());
        String device = "mode: " + mode + "\n  driver: testing\n  device: " + pipe;
        assertThat(yaml).contains("mode: 'off'");
        Files.writeString(agent.yamlFile(), yaml.replace("mode: 'off'", device));
    }

    private String log() throws IOException {
        return Files.readString(agent.logFile());
    }

    private String status() throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(agent.restUrl() + "/patroni")).build();
        try {
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException notYet) {
            return "";
        }
    }

    /** Everything that was written to a pipe. It is opened for writing, too, so that it opens at once and never ends. */
    private static final class Reader implements AutoCloseable {
        private final RandomAccessFile pipe;
        private final FileInputStream input;
        private final StringBuilder all = new StringBuilder();

        Reader(Path path) throws IOException {
            pipe = new RandomAccessFile(path.toFile(), "rw");
            input = new FileInputStream(pipe.getFD());
        }

        String read() throws IOException {
            byte[] news = new byte[input.available()];
            int length = news.length == 0 ? 0 : input.read(news);
            return all.append(new String(news, 0, length, StandardCharsets.US_ASCII))
                    .toString();
        }

        @Override
        public void close() throws IOException {
            pipe.close();
        }
    }
}
