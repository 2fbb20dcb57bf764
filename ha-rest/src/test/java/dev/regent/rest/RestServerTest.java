package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.spi.Peers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestServerTest {
    private static final String STOPPED_DOCUMENT = Golden.text("GET-patroni-stopped.json");

    @Test
    void aHealthCheckWithGetCarriesTheNodesAccountOfItself() throws Exception {
        try (Api api = new Api(
                new FakeNode("pg-a").tags("clonefrom", true, "dc", "eu1").leads())) {
            Reply reply = api.get("/");

            assertThat(reply.head()).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(reply.header("Content-Type")).hasValue("application/json");
            assertThat(reply.header("Date")).isPresent();
            assertThat(reply.body()).isEqualTo(Golden.text("GET-patroni-primary.json"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/replica", "/no-such-check", "/primary"})
    void aHealthCheckThatFailsIsUnavailable(String path) throws Exception {
        try (Api api = new Api(new FakeNode("pg-c").server(Orders.silent(ServerState.STOPPED, true)))) {
            Reply reply = api.get(path);

            assertThat(reply.head()).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
            assertThat(reply.body()).isEqualTo(STOPPED_DOCUMENT);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OPTIONS, /primary,   503",
        "OPTIONS, /replica,   200",
        "HEAD,    /replica,   200",
        "HEAD,    /,          503",
        "HEAD,    /liveness,  503",
        "HEAD,    /patroni,   503",
        "GET,     /liveness,  200",
        "GET,     /readiness, 200",
    })
    void whoReadsOnlyTheStatusGetsNoBody(String method, String path, int status) throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"))) {
            Reply reply = api.send(method, path, "");

            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/patroni", "//patroni", "/patroni/anything?else=1"})
    void theNodesAccountIsFoundLoosely(String path) throws Exception {
        try (Api api = new Api(new FakeNode("pg-c").server(Orders.silent(ServerState.STOPPED, true)))) {
            Reply reply = api.get(path);

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).isEqualTo(STOPPED_DOCUMENT);
        }
    }

    @Test
    void theQueryOfAHealthCheckCounts() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b").tags("dc", "eu 1"))) {
            assertThat(api.get("/replica?lag=1MB&tag_dc=eu%201").status()).isEqualTo(200);
            assertThat(api.get("/replica?tag_dc=eu+2").status()).isEqualTo(503);
            assertThat(api.get("/replica?tag_dc=%zz").status()).isIn(400, 503);
        }
    }

    @Test
    void aConnectionIsKeptForFurtherRequests() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            byte[] request = "OPTIONS /replica HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8);
            byte[] head = new byte[15];
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(request);
                socket.getInputStream().readNBytes(head, 0, head.length);
                assertThat(new String(head, StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 200 OK");
                skipHead(socket);
            }
        }
    }

    private static void skipHead(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
    }

    @Test
    void aLoadBalancerThatSpeaksTheOldProtocolIsAnswered() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"))) {
            assertThat(api.raw("OPTIONS /replica HTTP/1.0\r\n\r\n").status()).isEqualTo(200);
        }
    }

    @Test
    void whatNothingAnswersIsNotSupported() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"))) {
            Reply reply = api.send("POST", "/nonsense", "{}");

            assertThat(reply.status()).isEqualTo(501);
            assertThat(reply.header("Content-Type")).hasValue("text/html;charset=utf-8");
            assertThat(reply.body()).isEqualTo(pageOf("raw-POST-unknown-501.http"));
            assertThat(api.send("DELETE", "/failover", "").status()).isEqualTo(501);
            assertThat(api.send("PUT", "/switchover", "{}").status()).isEqualTo(501);
        }
    }

    @Test
    void aBodyWithoutLengthIsRefused() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"))) {
            Reply reply = api.raw("PATCH /config HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

            assertThat(reply.status()).isEqualTo(411);
            assertThat(reply.body()).isEqualTo(pageOf("raw-PATCH-config-411.http"));
        }
    }

    private static String pageOf(String sample) {
        String text = Golden.text(sample);
        return text.substring(text.indexOf("\n\n") + 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "\"x\"", "null", "{}", "{} {}"})
    void aBodyThatIsNoObjectWithContentIsRefused(String body) throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"))) {
            assertThat(api.send("PATCH", "/config", body).status()).isEqualTo(400);
        }
    }

    @Test
    void aBodyOrHeadThatIsTooLargeIsRefused() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"))) {
            String head = "PATCH /config HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 9999999\r\n\r\n";

            assertThat(api.raw(head).status()).isEqualTo(413);
            assertThat(api.get("/" + "x".repeat(10_000)).status()).isIn(414, 431);
        }
    }

    @Test
    void onlyWhoKnowsThePasswordMayChangeSomething() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"), builder -> builder.basicAuth("admin", "secret"))) {
            Reply missing = api.send("PATCH", "/config", "{\"ttl\":40}");
            Reply wrong = api.send("PATCH", "/config", "{\"ttl\":40}", "Authorization: Basic YWRtaW46d3Jvbmc=\r\n");
            Reply right = api.send("PATCH", "/config", "{\"ttl\":40}", "Authorization: Basic YWRtaW46c2VjcmV0\r\n");

            assertThat(missing.status()).isEqualTo(401);
            assertThat(missing.body()).isEqualTo("no auth header received");
            assertThat(missing.header("WWW-Authenticate")).hasValue("Basic realm=\"Patroni\"");
            assertThat(missing.header("Content-Type")).hasValue("text/html");
            assertThat(wrong.status()).isEqualTo(401);
            assertThat(wrong.body()).isEqualTo("not authenticated");
            assertThat(right.status()).isEqualTo(200);
            assertThat(api.get("/replica").status()).isEqualTo(200);
        }
    }

    @Test
    void clusterHistoryAndConfigurationAreShown() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b").beforeFirstLook())) {
            api.put("history", Golden.text("GET-history.json"));
            api.put("config", Golden.text("GET-config.json"));

            assertThat(api.get("/cluster").body()).isEqualTo(Golden.text("GET-cluster.json"));
            assertThat(api.get("/history").body()).isEqualTo(Golden.text("GET-history.json"));
            assertThat(api.get("/config").body()).isEqualTo(Golden.text("GET-config.json"));
        }
    }

    @Test
    void withoutTheStoreOnlyWhatNeedsItFails() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b").blind())) {
            api.dcs.cutOff();

            Reply cluster = api.get("/cluster");

            assertThat(cluster.status()).isEqualTo(503);
            assertThat(cluster.body()).startsWith("the store does not answer: ");
            assertThat(api.get("/config").status()).isEqualTo(503);
            assertThat(api.get("/replica").status()).isEqualTo(200);
            assertThat(api.get("/patroni").status()).isEqualTo(200);
        }
    }

    @Test
    void aBugIsTheFailureOfOneRequest() throws Exception {
        FakeNode node = new FakeNode("pg-b");
        try (Api api = new Api(node)) {
            node.asked(() -> {
                throw new IllegalStateException("for this test");
            });
            assertThat(api.get("/patroni").status()).isEqualTo(500);

            node.server(Orders.standby());
            assertThat(api.get("/patroni").status()).isEqualTo(200);
        }
    }

    @Test
    void requestsThatWaitForAHandoverDoNotHoldUpHealthChecks() throws Exception {
        Api api = new Api(new FakeNode("pg-a").leads());
        List<CompletableFuture<Reply>> waiting = new ArrayList<>();
        try (api) {
            for (int i = 0; i < 20; i++) {
                waiting.add(CompletableFuture.supplyAsync(
                        () -> switchover(api),
                        task -> DaemonThreads.named("client", task).start()));
            }
            assertThat(api.get("/primary").status()).isEqualTo(200);
        }
        for (CompletableFuture<Reply> reply : waiting) {
            assertThat(reply.get(20, TimeUnit.SECONDS).status()).isEqualTo(503);
        }
    }

    private static Reply switchover(Api api) {
        try {
            return api.send("POST", "/switchover", "{\"leader\":\"pg-a\"}");
        } catch (IOException closing) {
            return Reply.of("HTTP/1.1 503 closing\r\n\r\n");
        }
    }

    @Test
    void aPortInUseIsSaidClearly() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Api api = new Api(new FakeNode("pg-b"))) {
            assertThatThrownBy(() -> RestServer.builder()
                            .node(api.node)
                            .admin(ClusterAdmin.of(api.dcs))
                            .peers(Peers.fromStore())
                            .listen("127.0.0.1", taken.getLocalPort())
                            .start())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Couldn't start a service on '127.0.0.1:" + taken.getLocalPort() + "'")
                    .hasMessageContaining("Address already in use")
                    .hasMessageContaining("Stop what listens there");
        }
    }

    @Test
    void whatIsMissingIsSaidBeforeAnythingStarts() {
        assertThatThrownBy(() -> RestServer.builder().start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node(...)");
    }

    @Test
    void aReloadIsPassedOn() throws Exception {
        java.util.concurrent.atomic.AtomicInteger reloads = new java.util.concurrent.atomic.AtomicInteger();
        try (Api api = new Api(new FakeNode("pg-b"), builder -> builder.onReload(reloads::incrementAndGet))) {
            Reply reply = api.send("POST", "/reload", "");

            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.header("Content-Type")).hasValue("text/html");
            assertThat(reply.body()).isEqualTo("reload scheduled");
            assertThat(reloads).hasValue(1);
        }
    }

    @Test
    void whatOtherSystemsNeedIsAnsweredAsItAlwaysWas() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"))) {
            assertThat(api.send("POST", "/sigterm", "").status()).isEqualTo(202);
            assertThat(api.send("POST", "/sigterm", "").body()).isEqualTo("shutdown scheduled");
            assertThat(api.send("POST", "/mpp", "{\"type\":\"before_demote\"}").body())
                    .isEqualTo("OK");
            assertThat(api.send("POST", "/citus", "").status()).isEqualTo(400);
        }
    }

    @Test
    void metricsArePlainTextOfBothKinds() throws Exception {
        try (Chronicle chronicle = new Chronicle();
                Api api = new Api(new FakeNode("pg-b"), builder -> builder.chronicle(chronicle))) {
            Reply reply = api.get("/metrics");

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("Content-Type")).hasValue("text/plain");
            assertThat(reply.body())
                    .startsWith(Golden.text("GET-metrics-replica.txt"))
                    .contains("regent_ttl_seconds{scope=\"orders\",name=\"pg-b\"} 30\n", "regent_cycle_seconds_count")
                    .endsWith("\n");
        }
    }

    @Test
    void aHealthCheckTellsTheNextLookAtOnce() throws Exception {
        FakeNode node = new FakeNode("pg-a").leads();
        try (Api api = new Api(node)) {
            assertThat(api.get("/primary").body()).contains("\"role\": \"primary\"");

            node.leadershipLeft(java.time.Duration.ZERO);
            assertThat(api.get("/primary").status()).isEqualTo(503);

            node.looked(Orders.standby(), java.time.Duration.ZERO);
            assertThat(api.get("/primary").body()).contains("\"role\": \"replica\"");
        }
    }
}
