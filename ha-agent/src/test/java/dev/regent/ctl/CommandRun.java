package dev.regent.ctl;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.regent.ha.spi.Dcs;
import dev.regent.testkit.store.InMemoryStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command line as a user meets it, over a store in memory and one REST API that answers for all members as it is told:
 * what is printed, what is sent, how it ends.
 */
final class CommandRun implements AutoCloseable {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T22:37:36.155850Z"), ZoneOffset.UTC);

    private final InMemoryStore store = new InMemoryStore();
    private final TestCluster entries;
    private final HttpServer api;
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, Scripted> answers = new HashMap<>();
    private final List<String> requests = new ArrayList<>();
    private final List<Runnable> pauses = new ArrayList<>();

    private StringWriter printed = new StringWriter();
    private StringWriter errors = new StringWriter();

    /** An answer, and what happens in the cluster before it is given. */
    private record Scripted(int status, String body, Runnable effect) {}

    CommandRun() throws IOException {
        this.entries = new TestCluster(store.open(TestCluster.NAME)).fill();
        this.api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", this::answer);
        api.start();
        environment.put("PATRONI_SCOPE", TestCluster.NAME);
        environment.put("PATRONI_ETCD3_HOST", "127.0.0.1:1");
        environment.put("XDG_CONFIG_HOME", "/nonexistent");
    }

    TestCluster entries() {
        return entries;
    }

    /** The entries of another cluster in the same store. */
    TestCluster entries(String path) {
        return new TestCluster(store.open(path));
    }

    CommandRun with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Lets the member be asked at the API of this test. */
    CommandRun reachable(String member, String entry) {
        entries.with(
                "members/" + member,
                entry.replaceFirst(
                        "http://[^/]*", "http://127.0.0.1:" + api.getAddress().getPort()));
        return this;
    }

    /** Lets all members of the healthy cluster be asked at the API of this test. */
    CommandRun reachable() {
        return reachable("pg-a", TestCluster.primary("10.20.0.11", ""))
                .reachable("pg-b", TestCluster.replica("10.20.0.12", 83886400, ""))
                .reachable("pg-c", TestCluster.replica("10.20.0.13", 81788928, ""));
    }

    CommandRun answering(String request, int status, String body) {
        return answering(request, status, body, () -> {});
    }

    CommandRun answering(String request, int status, String body, Runnable effect) {
        answers.put(request, new Scripted(status, body, effect));
        return this;
    }

    /** What happens while the command waits, one after the other. */
    CommandRun during(Runnable pause) {
        pauses.add(pause);
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String login = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .map(header -> " " + header)
                .orElse("");
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(request + login + (body.isEmpty() ? "" : " " + body));
        Scripted scripted = answers.getOrDefault(request, new Scripted(404, "not scripted", () -> {}));
        scripted.effect().run();
        byte[] bytes = scripted.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(scripted.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Runs a command with what the user types; returns how it ends. */
    int run(String typed, String... arguments) {
        printed = new StringWriter();
        errors = new StringWriter();
        PrintWriter out = new PrintWriter(printed);
        PrintWriter err = new PrintWriter(errors, true);
        Terminal terminal = new Terminal(echoing(typed, out), out, err, CLOCK, this::pause, Optional.empty());
        return Regentctl.run(arguments, terminal, err, environment, (section, path) -> open(path));
    }

    private Dcs open(String path) {
        return store.open(path);
    }

    private void pause(Duration time) {
        if (pauses.isEmpty()) {
            throw new IllegalStateException("the command waits for ever: " + printed);
        }
        pauses.remove(0).run();
    }

    /** As on a real terminal, what is typed stands behind the question. */
    private static BufferedReader echoing(String typed, PrintWriter out) {
        return new BufferedReader(new StringReader(typed)) {
            @Override
            public String readLine() throws IOException {
                String line = super.readLine();
                if (line != null) {
                    out.print(line + "\n");
                }
                return line;
            }
        };
    }

    String printed() {
        return printed.toString();
    }

    String errors() {
        return errors.toString();
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    /** From now on nobody answers. */
    void stopApi() {
        api.stop(0);
    }

    @Override
    public void close() {
        api.stop(0);
        store.close();
    }
}
