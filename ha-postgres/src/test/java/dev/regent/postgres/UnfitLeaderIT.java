package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.UNRESPONSIVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.HaNode;
import dev.regent.ha.NodeStatus;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.ServerHealth.Finding;
import dev.regent.testkit.store.InMemoryStore;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nodes with real servers that answer, or seem to, and cannot serve. */
class UnfitLeaderIT {
    private static final Map<String, Object> HEALTH =
            Map.of("interval", 1, "timeout", 3, "min_free_mb", 1, "failover_after", 3);

    @Test
    void theLoopKeepsItsPaceWhileFilesHangAndALeaderThatDoesNotWriteMakesRoom() throws Exception {
        try (InMemoryStore store = new InMemoryStore();
                RealServer a = create("node-a");
                RealServer b = create("node-b");
                HaNode first = start(store, a)) {
            RealServer.await("node-a leads", () -> isPrimary(first));

            try (UnreadableFile hanging = UnreadableFile.of(a)) {
                assertThat(hanging).isNotNull();
                Set<Snapshot> cycles = Collections.newSetFromMap(new IdentityHashMap<>());
                RealServer.await("cycles that go on", () -> {
                    NodeStatus seen = first.status().orElseThrow();
                    if (seen.database().is(UNRESPONSIVE)
                            && seen.database().health().finding() == Finding.STORAGE_HANGS) {
                        assertThat(seen.cluster().isLedBy(first.name())).isTrue();
                        cycles.add(seen.snapshot());
                    }
                    return cycles.size() > 4;
                });
            }
            RealServer.await("node-a is seen again", () -> isPrimary(first));

            try (HaNode second = start(store, b)) {
                RealServer.await(
                        "node-b follows",
                        () -> second.status()
                                .filter(NodeStatus::isStreamingReplica)
                                .isPresent());
                a.insert("before");
                letMakeRoom(a, b, first, second);
            }
        }
    }

    private static void letMakeRoom(RealServer a, RealServer b, HaNode first, HaNode second) throws Exception {
        try (StuckLog stuck = StuckLog.of(a)) {
            assertThat(stuck).isNotNull();
            StuckLog.inBackground(() -> a.insert("while stuck"));
            RealServer.await("node-b leads", () -> isPrimary(second));
        }
        b.insert("after");
        assertThat(b.rows()).contains("before", "after");
        RealServer.await(
                "node-a follows",
                () -> first.status().filter(NodeStatus::isStreamingReplica).isPresent());

        try (StuckLog again = StuckLog.of(b)) {
            assertThat(again).isNotNull();
            StuckLog.inBackground(() -> b.insert("while stuck again"));
            // The history that tells of the change is written a moment after it
            RealServer.await(
                    "node-b stays",
                    () -> second.status()
                            .filter(seen -> seen.decision().reason() == Reason.UNFIT_AND_STAYS
                                    && seen.explanation().contains("failover_backoff"))
                            .isPresent());
            assertThat(second.explanation()
                            .orElseThrow()
                            .trouble()
                            .orElseThrow()
                            .finding())
                    .isEqualTo("writes stuck");
        }
        RealServer.await(
                "node-b is well",
                () -> isPrimary(second)
                        && second.status().orElseThrow().database().health().isWell());
    }

    private static boolean isPrimary(HaNode node) {
        return node.status().filter(NodeStatus::isPrimary).isPresent();
    }

    private static RealServer create(String name) throws Exception {
        return RealServer.create(name, settings -> settings.parameter("fsync", "on"));
    }

    private static HaNode start(InMemoryStore store, RealServer server) {
        return HaNode.builder()
                .scope("test")
                .name(server.name().value())
                .dcs(store.open("test"))
                .database(server.database())
                .connUrl("postgres://" + server.address() + "/postgres")
                .newClusterConfig(
                        DynamicConfig.of(Map.of("ttl", 20, "loop_wait", 1, "retry_timeout", 3, "health", HEALTH)))
                .start();
    }
}
