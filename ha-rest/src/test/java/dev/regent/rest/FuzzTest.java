package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Requests as nobody should send them, made up from a seed, over real connections. */
class FuzzTest {
    private static final long SEED = Long.getLong("regent.fuzz.seed", 20_260_101);
    private static final int REQUESTS = Integer.getInteger("regent.fuzz.requests", 1500);
    private static final int ANSWER_WITHIN_MILLIS = 30_000;
    private static final List<String> METHODS = List.of(
            "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "post", "G\u00e9T", "X");
    private static final List<String> PATHS = List.of(
            "/",
            "/primary",
            "/patroni",
            "/cluster",
            "/config",
            "/history",
            "/metrics",
            "/switchover",
            "/failover",
            "/reload",
            "/sigterm",
            "/mpp",
            "/citus",
            "/explain",
            "/decisions",
            "/readiness",
            "/liveness",
            "/replica",
            "//config",
            "/../config",
            "/%63onfig",
            "/config/..",
            "/config%2f",
            "/con\u0000fig",
            "/\u00fc",
            "*",
            "");
    private static final List<String> QUERIES = List.of(
            "",
            "?",
            "?lag",
            "?lag=",
            "?lag=1MB",
            "?lag=-1",
            "?lag=0x",
            "?lag=99999999999999999999",
            "?lag=1e999TB",
            "?tag_=x",
            "?tag_dc=%",
            "?&&&=",
            "?lag=1&lag=2",
            "?mode=write&lag=1",
            "?replication_state=%00");
    private static final List<String> HEADERS = List.of(
            "",
            "Authorization: Basic\r\n",
            "Authorization: Basic !!!!\r\n",
            "Authorization: Bearer x\r\n",
            "Authorization:\r\n",
            "Origin: null\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Expect: 100-continue\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: x\r\n",
            "Content-Length: 5\r\n",
            "Upgrade: websocket\r\n",
            "Content-Encoding: gzip\r\n",
            "Content-Type: text/plain;charset=nonsense\r\n",
            "Host: a\r\nHost: b\r\n",
            " folded: header\r\n",
            "X\u0001: y\r\n",
            "Connection: keep-alive, close\r\n",
            "Range: bytes=9-1\r\n");
    private static final List<String> BODIES = List.of(
            "{}",
            "[]",
            "null",
            "1",
            "\"x\"",
            "{\"leader\":\"pg-a\"}",
            "{\"leader\":\"pg-a\",\"candidate\":\"pg-b\"}",
            "{\"candidate\":\"pg-b\"}",
            "{\"leader\":1,\"candidate\":[],\"scheduled_at\":{}}",
            "{\"leader\":\"a/b\"}",
            "{\"leader\":\"pg-a\",\"scheduled_at\":\"2031-99-99T99:99+99:99\"}",
            "{\"ttl\":-1}",
            "{\"ttl\":{\"a\":[]}}",
            "{\"postgresql\":{\"parameters\":null}}",
            "{\"a\":1,\"a\":2}",
            "{\"\\u0000\":\"\\ud800\"}",
            "{\"schedule\":\"soon\",\"role\":\"king\"}",
            "{\"force\":\"maybe\"}",
            "{\"ttl\":1e999}");

    private final Random random = new Random(SEED);

    /** Whoever is not allowed changes nothing, however he asks. */
    @Test
    void whoMayNotChangesNothing() throws Exception {
        try (Api api = new Api(new FakeNode("pg-a").leads(), builder -> builder.basicAuth("admin", "secret"))) {
            Map<String, String> before = entries(api);
            for (int i = 0; i < REQUESTS; i++) {
                String request = request();
                assertAnswered(api, i, request);
                assertThat(entries(api)).as(told(i, request)).isEqualTo(before);
            }
            assertThat(api.get("/primary").status()).isEqualTo(200);
        }
    }

    /** Whoever is allowed changes something only with a request that is said to have done so. */
    @Test
    void aRequestThatIsRefusedHasChangedNothing() throws Exception {
        FakeNode node = new FakeNode("pg-a").leads();
        try (Api api = new Api(node)) {
            api.peers.clear();
            for (int i = 0; i < REQUESTS; i++) {
                Map<String, String> before = entries(api);
                String request = request();
                int status = assertAnswered(api, i, request);
                if (status / 100 != 2) {
                    assertThat(entries(api)).as(told(i, request)).isEqualTo(before);
                }
                Orders.write(api.dcs, Orders.entries());
            }
            assertThat(api.get("/primary").status()).isEqualTo(200);
        }
    }

    /** The status; 0 when the connection was closed, as is right where there is no making sense of what was sent. */
    private int assertAnswered(Api api, int number, String request) throws IOException {
        String answer = send(api, request);
        if (answer.isEmpty()) {
            return 0;
        }
        assertThat(answer).as(told(number, request)).startsWith("HTTP/1.");
        int status = Integer.parseInt(answer.split(" ", 3)[1]);
        assertThat(status).as(told(number, request)).isNotIn(500, 504);
        return status;
    }

    private static String told(int number, String request) {
        return "request " + number + " of -Dregent.fuzz.seed=" + SEED + ":\n" + request;
    }

    private static String send(Api api, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.setSoTimeout(ANSWER_WITHIN_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException reset) {
            return "";
        }
    }

    private String request() {
        String body = random.nextInt(3) == 0 ? "" : spoiled(any(BODIES));
        String length = random.nextInt(8) == 0
                ? ""
                : "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n";
        return spoiled(any(METHODS) + " " + any(PATHS) + any(QUERIES) + " HTTP/1."
                        + (random.nextInt(8) == 0 ? "0" : "1"))
                + "\r\nHost: x\r\nConnection: close\r\n" + any(HEADERS) + any(HEADERS) + length + "\r\n" + body;
    }

    private String any(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Now and then with a character too many, too few, or another. */
    private String spoiled(String text) {
        if (text.isEmpty() || random.nextInt(3) != 0) {
            return text;
        }
        int at = random.nextInt(text.length());
        String other = String.valueOf((char) (random.nextInt(0x17F) + 1));
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at) + text.substring(at + 1);
            case 1 -> text.substring(0, at) + other + text.substring(at);
            case 2 -> text.substring(0, at);
            default -> text.substring(0, at) + other.repeat(random.nextInt(9000)) + text.substring(at);
        };
    }

    private static Map<String, String> entries(Api api) throws Exception {
        Map<String, String> entries = new java.util.TreeMap<>();
        for (String key : List.of("config", "failover", "leader", "sync", "history", "initialize", "members/pg-b")) {
            entries.put(key, api.entry(key));
        }
        return entries;
    }
}
