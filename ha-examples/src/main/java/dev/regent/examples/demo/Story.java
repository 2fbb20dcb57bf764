package dev.regent.examples.demo;

import dev.regent.testkit.cluster.Topology;
import dev.regent.testkit.ledger.LedgerClient;
import dev.regent.testkit.ledger.WriteGap;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** What happens in the demonstration, from the first leader to the count of lost writes. Used by one thread. */
final class Story {
    private static final Duration UNTIL_HEALTHY = Duration.ofMinutes(2);
    private static final Duration UNTIL_WRITING = Duration.ofMinutes(1);
    private static final Duration OF_QUIET_WRITING = Duration.ofSeconds(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final DemoCluster cluster;
    private final Screen screen;

    Story(DemoCluster cluster, Screen screen) {
        this.cluster = cluster;
        this.screen = screen;
    }

    /** True when everything came back and nothing was lost. */
    boolean tell() throws IOException, InterruptedException, SQLException {
        screen.headline("Three nodes start; the first one to claim it creates the cluster, the others copy it");
        String first = awaitHealthy();
        screen.headline(first + " leads; a client begins to write");
        List<String> urls = cluster.names().stream().map(cluster::jdbcUrl).toList();
        try (LedgerClient ledger = new LedgerClient(urls, cluster.user(), cluster.password()).start()) {
            awaitWrites(ledger, first);

            screen.headline("The server of " + first + " is killed: SIGKILL to its main process");
            WriteGap failover = measure(ledger, first, () -> cluster.killServer(first));
            String second = awaitHealthy();
            screen.headline(first + " is back as a replica of " + second);

            awaitWrites(ledger, second);
            String third = synchronousStandby();
            screen.headline("A planned switchover from " + second + " to " + third);
            WriteGap switchover = measure(ledger, second, () -> cluster.switchover(second, third));
            String last = awaitHealthy();
            awaitWrites(ledger, last);

            ledger.stop();
            List<Long> lost = ledger.missingOn(cluster.jdbcUrl(last));
            return report(failover, switchover, ledger.size(), lost);
        }
    }

    private boolean report(WriteGap failover, WriteGap switchover, int writes, List<Long> lost) {
        screen.headline("What the client noticed");
        screen.plain("  primary killed:      no write for " + failover);
        screen.plain("  planned switchover:  no write for " + switchover);
        screen.plain("  acknowledged writes: " + writes);
        String verdict = "  lost acknowledged writes: " + lost.size();
        if (lost.isEmpty()) {
            screen.success(verdict);
        } else {
            screen.failure(verdict + " " + lost);
        }
        return lost.isEmpty();
    }

    /** Something that is done to the cluster. */
    private interface Deed {
        void happen() throws IOException, InterruptedException;
    }

    private WriteGap measure(LedgerClient ledger, String leader, Deed deed) throws IOException, InterruptedException {
        Duration before = LedgerClient.now();
        deed.happen();
        if (!ledger.awaitWrite(UNTIL_WRITING, url -> !url.equals(cluster.jdbcUrl(leader)))) {
            throw new IOException("expected writes on another node than " + leader + " within "
                    + UNTIL_WRITING.toSeconds() + " s, found none");
        }
        WriteGap gap = ledger.longestGapSince(before).orElseThrow();
        screen.success("   writing goes on after " + gap);
        return gap;
    }

    private void awaitWrites(LedgerClient ledger, String leader) throws IOException {
        if (!ledger.awaitWrite(UNTIL_WRITING, cluster.jdbcUrl(leader)::equals)) {
            throw new IOException(
                    "expected writes on " + leader + " within " + UNTIL_WRITING.toSeconds() + " s, found none");
        }
        LockSupport.parkNanos(OF_QUIET_WRITING.toNanos());
    }

    /** Only who holds every acknowledged commit may take over in a planned switchover. */
    private String synchronousStandby() throws IOException, InterruptedException {
        return await(Topology::hasSynchronousStandby).synchronousStandby().orElseThrow();
    }

    /** Waits for one leader and two replicas, one of them synchronous; returns the leader's name. */
    private String awaitHealthy() throws IOException, InterruptedException {
        int size = cluster.names().size();
        return await(topology -> topology.isHealthy(size) && topology.hasSynchronousStandby())
                .leader()
                .orElseThrow();
    }

    private Topology await(Predicate<Topology> condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + UNTIL_HEALTHY.toNanos();
        Optional<Topology> seen = Optional.empty();
        while (System.nanoTime() < deadline) {
            seen = cluster.topology();
            if (seen.filter(condition).isPresent()) {
                return seen.get();
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        throw new IOException("expected one leader and two streaming replicas, one of them synchronous, within "
                + UNTIL_HEALTHY.toSeconds() + " s, found "
                + seen.map(Topology::toString).orElse("nobody"));
    }
}
