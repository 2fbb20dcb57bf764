package dev.regent.dcs.consul;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Consul server of one node with a configuration of its own, whose data outlives a restart. Used by one thread at a time. */
final class ConsulAgent implements AutoCloseable {
    /** Its least session TTL is lower than Consul's default, so that sessions expire within a test's patience. */
    static final String SHORT_SESSIONS = "\"session_ttl_min\": \"1s\"";

    static final String HOST = "127.0.0.1";

    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int SERVER_ERROR = 500;

    private final Path folder;
    private final int port = freePort();
    private Process process;

    private ConsulAgent(Path folder) throws IOException {
        this.folder = folder;
    }

    /** @param extra members of the agent's configuration, in JSON */
    static ConsulAgent start(String extra) throws Exception {
        ConsulAgent agent = new ConsulAgent(Files.createTempDirectory("regent-consul"));
        String ports =
                "{\"ports\": {\"http\": %d, \"server\": %d, \"serf_lan\": %d, \"serf_wan\": -1, \"dns\": -1, \"grpc\": -1}"
                        .formatted(agent.port, freePort(), freePort());
        Files.writeString(agent.folder.resolve("agent.json"), ports + ", " + extra + "}");
        agent.start();
        return agent;
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
                        "-data-dir=" + folder.resolve("data"),
                        "-config-file=" + folder.resolve("agent.json"))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
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

    /** What the agent answers to a request with these headers, as names and values in turn. */
    String ask(String method, String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + path))
                .timeout(STARTS_WITHIN)
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= SERVER_ERROR) {
            throw new IOException(method + " " + path + " " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    @Override
    public void close() throws Exception {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(ConsulAgent::delete);
        }
    }

    private void awaitLeader() throws Exception {
        long start = System.nanoTime();
        while (!isLed()) {
            if (!process.isAlive() || System.nanoTime() - start > STARTS_WITHIN.toNanos()) {
                throw new IllegalStateException("consul did not start:\n" + Files.readString(folder.resolve("log")));
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

    private void signal(String signal) throws Exception {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
