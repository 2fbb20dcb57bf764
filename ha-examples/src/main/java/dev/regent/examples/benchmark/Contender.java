package dev.regent.examples.benchmark;

import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.cluster.AgentProgram;
import dev.regent.testkit.ledger.LedgerClient;
import dev.regent.testkit.ledger.WriteGap;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One kind of agent under measurement. Used by one thread. */
final class Contender {
    private static final Duration UNTIL_HEALTHY = Duration.ofMinutes(2);
    private static final Duration UNTIL_WRITING = Duration.ofSeconds(90);
    private static final int CLUSTER_SIZE = 3;

    private final String name;
    private final AgentProgram program;
    private final List<String> etcdEndpoints;

    Contender(String name, AgentProgram program, List<String> etcdEndpoints) {
        this.name = name;
        this.program = program;
        this.etcdEndpoints = List.copyOf(etcdEndpoints);
    }

    String name() {
        return name;
    }

    /** What one series of rounds gave: the gaps in order of the rounds, and the acknowledged writes that were lost. */
    record Series(List<Duration> gaps, int lost) {}

    /** Starts a cluster, lets leadership change hands so many times, and removes everything. */
    Series measure(Scenario scenario, int rounds, Map<String, Object> config)
            throws IOException, InterruptedException, SQLException {
        String scope =
                "bench-" + name + "-" + scenario.name().toLowerCase(Locale.ROOT).replace('_', '-');
        try (AgentCluster cluster = AgentCluster.prepare(scope, program, etcdEndpoints, CLUSTER_SIZE, config)) {
            cluster.startAll();
            cluster.awaitHealthy(UNTIL_HEALTHY);
            LedgerClient ledger = new LedgerClient(cluster.jdbcUrls(), cluster.user(), cluster.password()).start();
            try (ledger) {
                List<Duration> gaps = new ArrayList<>();
                for (int round = 1; round <= rounds; round++) {
                    gaps.add(measureOnce(scenario, cluster, ledger, config));
                }
                ledger.stop();
                // Not the leader that some agent shows: that may still be the last one.
                String primary = ledger.lastServer().orElseThrow();
                return new Series(gaps, ledger.missingOn(primary).size());
            }
        }
    }

    private Duration measureOnce(
            Scenario scenario, AgentCluster cluster, LedgerClient ledger, Map<String, Object> config)
            throws IOException, InterruptedException {
        boolean synchronous = Boolean.TRUE.equals(config.get("synchronous_mode"));
        cluster.await(
                UNTIL_HEALTHY,
                "a healthy cluster" + (synchronous ? " with a synchronous standby" : ""),
                seen -> seen.isHealthy(CLUSTER_SIZE) && (!synchronous || seen.hasSynchronousStandby()));
        Agent leader = cluster.leader();
        require(ledger.awaitWrite(UNTIL_WRITING, leader.jdbcUrl()::equals), "a write on " + leader);
        Duration before = LedgerClient.now();
        scenario.hurt(cluster, leader);
        require(
                ledger.awaitWrite(UNTIL_WRITING, url -> !url.equals(leader.jdbcUrl())),
                "a write on another server than that of " + leader);
        WriteGap gap = ledger.longestGapSince(before).orElseThrow();
        scenario.heal(cluster, leader);
        return gap.length();
    }

    private static void require(boolean arrived, String what) {
        if (!arrived) {
            throw new IllegalStateException(
                    "expected " + what + " within " + UNTIL_WRITING.toSeconds() + " s, found none");
        }
    }
}
