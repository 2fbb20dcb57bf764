package dev.regent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.ledger.LedgerClient;
import dev.regent.testkit.process.EtcdServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Three agent processes over real etcd and PostgreSQL, hurt in every way that the benchmark measures. */
class FailoverIT {
    private static final int SIZE = 3;
    private static final Duration UNTIL_HEALTHY = Duration.ofMinutes(2);
    private static final Duration UNTIL_WRITING = Duration.ofMinutes(1);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);
    private static final Map<String, Object> CONFIG = Map.of(
            "ttl", 20,
            "loop_wait", 5,
            "retry_timeout", 5,
            "primary_start_timeout", 0,
            "synchronous_mode", true,
            "postgresql", Map.of("use_pg_rewind", true));

    @Test
    void afterEachFailureTheOldPrimaryComesBackByItselfAndNothingAcknowledgedIsLost() throws Exception {
        try (EtcdServer etcd = EtcdServer.start();
                AgentCluster cluster =
                        AgentCluster.prepare("failover", ThisBuild.regent(), List.of(etcd.endpoint()), SIZE, CONFIG)) {
            cluster.startAll();
            awaitHealthy(cluster);
            LedgerClient ledger = new LedgerClient(cluster.jdbcUrls(), cluster.user(), cluster.password()).start();
            try (ledger) {
                Agent first = cluster.leader();
                first.killPostmaster();
                awaitAnotherLeader(cluster, ledger, first);

                Agent second = cluster.leader();
                second.stop();
                awaitWritesElsewhere(ledger, second);
                second.start();
                awaitHealthy(cluster);

                Agent third = cluster.leader();
                third.killHost();
                awaitWritesElsewhere(ledger, third);
                third.start();
                awaitRewindOf(third);
                third.killHost();
                third.start();
                awaitHealthy(cluster);

                ledger.stop();
                assertThat(ledger.missingOn(cluster.leader().jdbcUrl())).isEmpty();
                assertThat(ledger.size()).isPositive();
            }
        }
    }

    private static void awaitAnotherLeader(AgentCluster cluster, LedgerClient ledger, Agent former) throws Exception {
        awaitWritesElsewhere(ledger, former);
        awaitHealthy(cluster);
        assertThat(cluster.leader().name()).isNotEqualTo(former.name());
    }

    private static void awaitWritesElsewhere(LedgerClient ledger, Agent former) {
        assertThat(ledger.awaitWrite(UNTIL_WRITING, url -> !url.equals(former.jdbcUrl())))
                .as("writes go on elsewhere than on " + former)
                .isTrue();
    }

    private static void awaitHealthy(AgentCluster cluster) throws InterruptedException {
        cluster.await(
                UNTIL_HEALTHY,
                "one leader and two streaming replicas, one of them synchronous",
                seen -> seen.isHealthy(SIZE) && seen.hasSynchronousStandby());
    }

    /** A primary that was killed has diverged as far as anybody knows, so it is rewound before it follows. */
    private static void awaitRewindOf(Agent agent) {
        long deadline = System.nanoTime() + UNTIL_HEALTHY.toNanos();
        while (System.nanoTime() < deadline) {
            boolean rewinding = ProcessHandle.allProcesses()
                    .flatMap(process -> process.info().commandLine().stream())
                    .anyMatch(line -> line.contains("pg_rewind")
                            && line.contains(agent.dataDir().toString()));
            if (rewinding) {
                return;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        throw new AssertionError("expected " + agent + " to be rewound within " + UNTIL_HEALTHY.toSeconds() + " s");
    }
}
