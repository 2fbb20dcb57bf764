package dev.regent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.ledger.LedgerClient;
import dev.regent.testkit.process.EtcdServer;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Three agent processes over real PostgreSQL and an etcd that stands still for longer than sessions live. */
class FailsafeIT {
    private static final int SIZE = 3;
    private static final int TTL = 20;
    private static final Duration LONGER_THAN_SESSIONS = Duration.ofSeconds(TTL + 8);
    /** A sixth of the time to live before the last word of the members runs out; the rest is for a busy machine. */
    private static final Duration UNTIL_FENCED = Duration.ofSeconds(TTL + 5);

    private static final Duration UNTIL_HEALTHY = Duration.ofMinutes(2);
    private static final Duration UNTIL_WRITING = Duration.ofMinutes(1);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
    private static final Map<String, Object> CONFIG = Map.of(
            "ttl",
            TTL,
            "loop_wait",
            5,
            "retry_timeout",
            5,
            "failsafe_mode",
            true,
            "synchronous_mode",
            true,
            "postgresql",
            Map.of("use_pg_rewind", true));

    @Test
    void aPrimaryOutlivesTheStoreAsLongAsAllMembersLetItAndNotAMomentLonger() throws Exception {
        try (EtcdServer etcd = EtcdServer.start();
                AgentCluster cluster =
                        AgentCluster.prepare("failsafe", ThisBuild.regent(), List.of(etcd.endpoint()), SIZE, CONFIG)) {
            cluster.startAll();
            awaitHealthy(cluster);
            LedgerClient ledger = new LedgerClient(cluster.jdbcUrls(), cluster.user(), cluster.password()).start();
            try (ledger) {
                Agent primary = cluster.leader();
                assertThat(ledger.awaitWrite(UNTIL_WRITING, primary.jdbcUrl()::equals))
                        .isTrue();
                Agent bystander = asynchronousReplica(cluster, primary);

                etcd.freeze();
                awaitWritesThroughout(ledger, primary);
                assertThat(status(primary)).contains("\"failsafe_mode_is_active\": true");
                assertThat(status(bystander)).contains("\"failsafe_mode_is_active\": true");

                bystander.killHost();
                awaitFence(primary);

                etcd.thaw();
                bystander.start();
                awaitHealthy(cluster);
                assertThat(ledger.awaitWrite(UNTIL_WRITING, url -> true)).isTrue();
                ledger.stop();
                assertThat(ledger.missingOn(cluster.leader().jdbcUrl())).isEmpty();
                assertThat(ledger.size()).isPositive();
            }
        }
    }

    private static void awaitHealthy(AgentCluster cluster) throws InterruptedException {
        cluster.await(
                UNTIL_HEALTHY,
                "one leader and two streaming replicas, one of them synchronous",
                seen -> seen.isHealthy(SIZE) && seen.hasSynchronousStandby());
    }

    /** The one for which commits do not wait. */
    private static Agent asynchronousReplica(AgentCluster cluster, Agent primary) throws Exception {
        for (Agent agent : cluster.agents()) {
            if (!agent.name().equals(primary.name()) && !status(agent).contains("\"sync_standby\": true")) {
                return agent;
            }
        }
        throw new AssertionError("expected a replica that is not synchronous");
    }

    private static void awaitWritesThroughout(LedgerClient ledger, Agent primary) {
        long end = System.nanoTime() + LONGER_THAN_SESSIONS.toNanos();
        while (System.nanoTime() < end) {
            assertThat(ledger.awaitWrite(UNTIL_WRITING, primary.jdbcUrl()::equals))
                    .as("writes go on at " + primary)
                    .isTrue();
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private static void awaitFence(Agent primary) throws Exception {
        long deadline = System.nanoTime() + UNTIL_FENCED.toNanos();
        while (primary.postmasterPid().isPresent()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected the server of " + primary + " to be stopped within "
                        + UNTIL_FENCED.toSeconds() + " s, it runs: see " + primary.logFile());
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private static String status(Agent agent) throws Exception {
        try (InputStream answer =
                URI.create(agent.restUrl() + "/patroni").toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
