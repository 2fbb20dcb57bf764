package dev.regent.dcs.consul;

import static dev.regent.ha.spi.Expected.ANYTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent, and how answers are taken that no healthy agent gives. */
class ConsulHttpTest {
    private static final String TOKEN = "s.e/c+r e&t";
    private static final Duration LIMIT = Duration.ofMillis(400);
    private static final Duration SLACK = Duration.ofSeconds(2);
    private static final long TRICKLE_MILLIS = 50;

    private record Received(String request, List<String> tokens) {}

    private record Reply(int status, String header, String body) {}

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final CountDownLatch watched = new CountDownLatch(1);
    private HttpServer server;
    private Reply reply = new Reply(200, "", "{}");

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void theTokenTravelsInOneHeaderOfEveryRequestAndNeverInAUrl() throws Exception {
        try (Dcs dcs = open(settings().withToken(TOKEN))) {
            reply = new Reply(200, "", "{\"ID\": \"1\"}");
            Session session = dcs.openSession(Duration.ofSeconds(30));
            session.renew();
            session.write("leader", "node1", ANYTHING);
            dcs.write("config", "{}", ANYTHING);
            dcs.delete("config", ANYTHING);
            session.end();
            reply = new Reply(404, "X-Consul-Index", "7");
            dcs.read();
            dcs.watch(watched::countDown);
            assertThat(watched.await(SLACK.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }

        assertThat(received).hasSizeGreaterThanOrEqualTo(9);
        assertThat(received).allSatisfy(request -> {
            assertThat(request.tokens()).containsExactly(TOKEN);
            assertThat(request.request()).doesNotContain("token", "s.e");
        });
    }

    @Test
    void withoutATokenNoneIsSent() throws Exception {
        reply = new Reply(404, "X-Consul-Index", "7");
        try (Dcs dcs = open(settings())) {
            dcs.read();
        }

        assertThat(received)
                .singleElement()
                .satisfies(request -> assertThat(request.tokens()).isEmpty());
    }

    @Test
    void aReadAsksForConsistencyInTheConfiguredDatacenterWhateverTheCharacters() throws Exception {
        reply = new Reply(404, "X-Consul-Index", "7");
        ConsulSettings elsewhere = ConsulSettings.of(
                Map.of("host", "127.0.0.1:" + server.getAddress().getPort(), "dc", "dc two", "consistency", "stale"));
        try (Dcs dcs = ConsulDcs.open(elsewhere, "my service/größe", "demo-node1")) {
            dcs.read();
        }

        assertThat(received.get(0).request())
                .isEqualTo("GET /v1/kv/my%20service/gr%C3%B6%C3%9Fe/?recurse&dc=dc%20two&consistent");
    }

    @Test
    void aServerThatIsNoConsulIsNotAnEmptyCluster() {
        reply = new Reply(404, "", "not found");

        assertReadFails("no agent of Consul");
    }

    @Test
    void entriesThatTheTokenMayNotSeeAreNotAnEmptyCluster() {
        reply = new Reply(404, "X-Consul-Results-Filtered-By-ACLs", "true");

        assertReadFails("key_prefix");
    }

    @Test
    void anAnswerThatIsNoListIsAnUnknownOutcome() {
        reply = new Reply(200, "X-Consul-Index", "{\"not\": \"a list\"}");

        assertReadFails("not a list");
    }

    @Test
    void anErrorOfTheServerIsAnUnknownOutcome() {
        reply = new Reply(500, "X-Consul-Index", "No cluster leader");

        assertReadFails("No cluster leader");
    }

    @Test
    void aRefusalForAnUnknownReasonIsNotALostRace() {
        reply = new Reply(409, "", "{\"Errors\": [{\"OpIndex\": 1, \"What\": \"the moon\"}]}");
        try (Dcs dcs = open(settings())) {
            assertThatThrownBy(() -> dcs.write("config", "{}", ANYTHING))
                    .isInstanceOf(DcsException.class)
                    .hasMessageContaining("the moon");
        }
    }

    @Test
    void anAnswerThatTricklesInForEverEndsWithTheLimitOfTheCall() throws Exception {
        try (ServerSocket socket = new ServerSocket(0);
                Dcs dcs = open(ConsulSettings.agent("127.0.0.1", socket.getLocalPort()))) {
            Thread trickle = new Thread(() -> trickle(socket), "trickle");
            trickle.setDaemon(true);
            trickle.start();
            dcs.limitCallsTo(LIMIT);

            long start = System.nanoTime();
            assertThatThrownBy(dcs::read).isInstanceOf(DcsException.class).hasMessageContaining("in time");

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(LIMIT, LIMIT.plus(SLACK));
        }
    }

    @Test
    void anInterruptedCallFailsAndLeavesTheInterruptForItsCaller() {
        try (Dcs dcs = open(settings())) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(dcs::read).isInstanceOf(DcsException.class).hasMessageContaining("interrupted");
        }
        assertThat(Thread.interrupted()).isTrue();
    }

    private void assertReadFails(String why) {
        try (Dcs dcs = open(settings())) {
            assertThatThrownBy(dcs::read).isInstanceOf(DcsException.class).hasMessageContaining(why);
        }
    }

    private ConsulSettings settings() {
        return ConsulSettings.agent("127.0.0.1", server.getAddress().getPort());
    }

    private static Dcs open(ConsulSettings settings) {
        return ConsulDcs.open(settings, "service/demo", "demo-node1");
    }

    private void answer(HttpExchange exchange) throws IOException {
        List<String> tokens = exchange.getRequestHeaders().getOrDefault("X-Consul-Token", List.of());
        received.add(new Received(exchange.getRequestMethod() + " " + exchange.getRequestURI(), tokens));
        exchange.getRequestBody().readAllBytes();
        Reply now = reply;
        if (!now.header().isEmpty()) {
            exchange.getResponseHeaders().set(now.header(), now.header().endsWith("ACLs") ? "true" : "7");
        }
        byte[] body = now.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(now.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void trickle(ServerSocket socket) {
        try (Socket client = socket.accept()) {
            OutputStream out = client.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\nX-Consul-Index: 7\r\nContent-Length: 100000\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write('[');
                out.flush();
                TimeUnit.MILLISECONDS.sleep(TRICKLE_MILLIS);
            }
        } catch (IOException | InterruptedException hungUp) {
            // What the test is for
        }
    }
}
