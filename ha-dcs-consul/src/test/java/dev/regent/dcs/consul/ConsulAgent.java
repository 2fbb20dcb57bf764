package dev.regent.dcs.consul;

import dev.regent.testkit.process.FreePorts;
import dev.regent.testkit.process.TemporaryFolder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A Consul server of one node with a configuration of its own, whose data outlives a restart. Used by one thread at a time. */
final class ConsulAgent implements AutoCloseable {
    /** Its least session TTL is lower than Consul's default, so that sessions expire within a test's patience. */
    static final String SHORT_SESSIONS = "\"session_ttl_min\": \"1s\"";

    /** Consul's own advice for production; its default elects a leader of one server after many seconds. */
    private static final String QUICK_ELECTION = "performance { raft_multiplier = 1 }";

    static final String HOST = "127.0.0.1";

    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int SERVER_ERROR = 500;

    private final TemporaryFolder folder;
    private final Thread atExit = new Thread(this::destroy, "end-consul");
    private final int port = FreePorts.next();
    private final int serverPort = FreePorts.next();
    private final int serfPort = FreePorts.next();
    private Process process;

    private ConsulAgent(TemporaryFolder folder) throws IOException {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** @param extra members of the agent's configuration, in JSON */
    static ConsulAgent start(String extra) throws Exception {
        ConsulAgent agent = new ConsulAgent(TemporaryFolder.create("regent-consul-"));
        Files.writeString(agent.file("extra.json"), "{" + extra + "}");
        try {
            agent.start();
            return agent;
        } catch (Exception failed) {
            agent.close();
            throw failed;
        }
    }

    ConsulSettings settings() {
        return ConsulSettings.agent(HOST, port);
    }

    int port() {
        return port;
    }

    void start() throws Exception {
        process = new ProcessBuilder(
                        "consul",
                        "agent",
                        "-server",
                        "-bootstrap-expect=1",
                        "-node=regent",
                        "-bind=" + HOST,
                        "-client=" + HOST,
                        "-data-dir=" + file("data"),
                        "-http-port=" + port,
                        "-server-port=" + serverPort,
                        "-serf-lan-port=" + serfPort,
                        "-serf-wan-port=-1",
                        "-dns-port=-1",
                        "-grpc-port=-1",
                        "-hcl=" + QUICK_ELECTION,
                        "-config-file=" + file("extra.json"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(file("log").toFile()))
                .start();
        awaitLeader();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void freeze() throws Exception {
        signal("-STOP");
    }

    void thaw() throws Exception {
        signal("-CONT");
    }

    /** What the agent answers to a request without a body. */
    String ask(String method, String path) throws IOException, InterruptedException {
        return ask(method, path, "");
    }

    String ask(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + path))
                .timeout(STARTS_WITHIN)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= SERVER_ERROR) {
            throw new IOException(method + " " + path + " " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    @Override
    public void close() throws Exception {
        destroy();
        if (process != null) {
            process.waitFor();
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
        folder.close();
    }

    private void awaitLeader() throws Exception {
        long start = System.nanoTime();
        while (!isLed()) {
            if (!process.isAlive() || System.nanoTime() - start > STARTS_WITHIN.toNanos()) {
                throw new IllegalStateException("consul did not start:\n" + Files.readString(file("log")));
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private boolean isLed() throws InterruptedException {
        try {
            // Fails with a server error until there is a leader that has taken over
            ask("GET", "/v1/kv/none?consistent");
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private Path file(String name) {
        return folder.path().resolve(name);
    }

    private void destroy() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private void signal(String signal) throws Exception {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }
}
