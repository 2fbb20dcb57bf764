package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.HaNode;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.testkit.store.InMemoryDcs;
import dev.regent.testkit.store.InMemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A real node is seen through its API as it is at that moment. */
class RealNodeTest {
    /** With {@code loop_wait: 1} this takes as many seconds. */
    private static final int LOOKS = 3;

    /** Some thousands are answered in a second. */
    private static final int MANY_HEALTH_CHECKS = 60_000;

    private final AtomicInteger cycles = new AtomicInteger();
    private final CountDownLatch leads = new CountDownLatch(1);
    private final CountDownLatch stops = new CountDownLatch(1);

    @Test
    void aNodeLeadsUntilItHasGivenTheLeadershipAway() throws Exception {
        PaperServer server = new PaperServer();
        try (InMemoryStore store = new InMemoryStore();
                InMemoryDcs dcs = store.open("orders");
                HaNode node = start(dcs, server);
                Api api = new Api(new FakeNode("unused"), builder -> builder.node(node, server::status))) {
            assertThat(leads.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(api.get("/primary").status()).isEqualTo(200);
            assertThat(api.get("/liveness").status()).isEqualTo(200);
            assertThat(api.get("/readiness").status()).isEqualTo(200);
            assertThat(api.get("/patroni").body())
                    .startsWith("{\"state\": \"running\", \"role\": \"primary\", ")
                    .contains("\"xlog\": {\"location\": 83886400}", "\"name\": \"pg-a\"")
                    .doesNotContain("cluster_unlocked", "\"dcs_last_seen\": 0");

            leaveWhileTheServerIsStopping(node, server, api);

            assertThat(api.get("/primary").status()).isEqualTo(503);
            assertThat(api.get("/patroni").body()).startsWith("{\"state\": \"stopped\", \"role\": \"demoted\"");
        }
    }

    private void leaveWhileTheServerIsStopping(HaNode node, PaperServer server, Api api) throws Exception {
        server.hangWhenStopped();
        Thread closing = DaemonThreads.named("closing", node::close);
        closing.start();
        assertThat(stops.await(30, TimeUnit.SECONDS)).isTrue();
        assertStopping(api);
        server.goOn();
        closing.join();
    }

    /** What is under way is told at once, though the node looks at its cluster only when it is over. */
    private static void assertStopping(Api api) throws IOException {
        assertThat(api.get("/primary").status()).isEqualTo(200);
        assertThat(api.get("/patroni").body()).startsWith("{\"state\": \"stopping\", \"role\": \"primary\"");
    }

    @Test
    void aNodeKeepsItsPaceWhileItsApiIsAttacked() throws Exception {
        PaperServer server = new PaperServer();
        List<Socket> crowd = new ArrayList<>();
        try (InMemoryStore store = new InMemoryStore();
                InMemoryDcs dcs = store.open("orders");
                HaNode node = start(dcs, server);
                Api api = new Api(new FakeNode("unused"), builder -> builder.node(node, server::status))) {
            assertThat(leads.await(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < CrowdedConnector.ROOM; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port());
                socket.getOutputStream().write("GET /pri".getBytes(StandardCharsets.US_ASCII));
                crowd.add(socket);
            }
            cycles.set(0);

            for (int i = 0; cycles.get() < LOOKS; i++) {
                assertThat(api.get("/primary").status()).isEqualTo(200);
                assertThat(i)
                        .as("health checks during " + cycles.get() + " looks")
                        .isLessThan(MANY_HEALTH_CHECKS);
            }
        } finally {
            for (Socket socket : crowd) {
                socket.close();
            }
        }
    }

    private HaNode start(InMemoryDcs dcs, PaperServer server) {
        return HaNode.builder()
                .scope("orders")
                .name("pg-a")
                .dcs(dcs)
                .database(server)
                .connUrl("postgres://127.0.0.1:5432/postgres")
                .newClusterConfig(DynamicConfig.of(Map.of("ttl", 20, "loop_wait", 1, "retry_timeout", 5)))
                .listener(this::note)
                .start();
    }

    private void note(HaEvent event) {
        if (event instanceof HaEvent.Cycled) {
            cycles.incrementAndGet();
        }
        if (event instanceof HaEvent.Decided decided && decided.decision().reason() == Reason.LEADING) {
            leads.countDown();
        }
        if (event instanceof HaEvent.OperationStarted started && started.operation() instanceof Operation.Stop) {
            stops.countDown();
        }
    }
}
