package dev.regent.testkit.sim;

import dev.regent.ha.model.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What must hold at every moment, seen from above: one writer, which leads; no acknowledged synchronous commit lost; each
 * timeline one primary's. It keeps the ledger of acknowledged commits. Used by one thread.
 */
final class Invariants implements ServerObserver {
    /** By then every node has heard that the cluster is not paused any more. */
    private static final Duration NEWS_OF_UNPAUSE = Duration.ofSeconds(40);

    /** By then the last primary has heard that its cluster is a standby, or lost its session, and has stopped. */
    private static final Duration NEWS_OF_STANDBY = Duration.ofSeconds(90);

    private final SimCluster cluster;
    private final StoreTruth truth;
    private final Statistics statistics;
    private final List<Long> acknowledged = new ArrayList<>();
    private final Set<Long> shown = new TreeSet<>();
    private final Map<Integer, NodeName> timelines = new HashMap<>();
    private final Set<Integer> begunTwice = new HashSet<>();
    private final List<SimServer> servers = new ArrayList<>();
    private boolean livedByMembers;
    private Optional<Expectation> expected = Optional.empty();

    private record Expectation(SimServer next, List<Long> records) {}

    Invariants(SimCluster cluster, StoreTruth truth, Statistics statistics) {
        this.cluster = cluster;
        this.truth = truth;
        this.statistics = statistics;
    }

    /** Must be called after each event. */
    void check() {
        truth.refresh();
        if (servers.isEmpty()) {
            servers.addAll(cluster.network().servers());
        }
        @Nullable SimServer writer = null;
        for (SimServer server : servers) {
            if (server.acceptsWrites()) {
                if (writer != null) {
                    throw new Violation("two servers accept writes: " + writer.name() + " and " + server.name());
                }
                writer = server;
            }
        }
        if (writer != null) {
            checkAgainstRemote(writer);
        }
        if (writer != null && !truth.isPausedOrWas(NEWS_OF_UNPAUSE)) {
            checkLeads(writer);
        }
    }

    private void checkLeads(SimServer writer) {
        boolean leads = truth.isLedBy(writer.name());
        if (!leads && !livesByMembers(writer)) {
            throw new Violation(writer.name() + " accepts writes and does not hold the leader entry, which "
                    + truth.leader().map(name -> name + " holds").orElse("nobody holds"));
        }
        if (!leads && !livedByMembers) {
            statistics.count("primaries that lived on without a session", 1);
        }
        livedByMembers = !leads;
    }

    /** Whether everybody who may stand for leader has given the primary its word. */
    private boolean livesByMembers(SimServer writer) {
        return cluster.settings().failsafe()
                && truth.failsafeMembers().contains(writer.name())
                && truth.failsafeMembers().urls().keySet().stream()
                        .filter(name -> !name.equals(writer.name()))
                        .allMatch(name -> cluster.node(name).hasGivenWordTo(writer.name()));
    }

    private void checkAgainstRemote(SimServer writer) {
        boolean knows = !truth.isPausedOrWas(NEWS_OF_STANDBY) && !livesByMembers(writer);
        if (knows && truth.isStandbySince(NEWS_OF_STANDBY)) {
            throw new Violation(writer.name() + " accepts writes and the cluster has been a standby for long");
        }
        if (cluster.remote().filter(other -> other.server().acceptsWrites()).isPresent()) {
            throw new Violation(writer.name() + " accepts writes and so does the remote server");
        }
    }

    @Override
    public void opened(SimServer server, boolean promoted) {
        truth.refresh();
        boolean remote = cluster.network().isRemote(server);
        if (!remote && !truth.isLedBy(server.name())) {
            throw new Violation(server.name() + " has opened for writes without holding the leader entry");
        }
        if (promoted) {
            statistics.count(remote ? "promotions of the remote server" : "promotions", 1);
            claimTimeline(server);
        }
        checkExpectation(server);
        checkLedger(server);
    }

    /** What the server has, and was acknowledged, it must have when it is the next one to open for writes. */
    void expect(SimServer next, SimWal held) {
        BitSet content = contentOf(held);
        expected = Optional.of(new Expectation(
                next,
                acknowledged.stream()
                        .filter(record -> content.get(record.intValue()))
                        .toList()));
    }

    private void checkExpectation(SimServer server) {
        Optional<Expectation> mine = expected.filter(held -> held.next() == server);
        expected = Optional.empty();
        BitSet present = contentOf(server.wal());
        if (mine.isPresent() && mine.get().records().stream().anyMatch(record -> !present.get(record.intValue()))) {
            throw new Violation(server.name() + " has opened for writes without acknowledged commits that it had"
                    + " when the lead was given to its cluster");
        }
    }

    private void claimTimeline(SimServer server) {
        int timeline = server.wal().timeline();
        @Nullable NodeName before = timelines.put(timeline, server.name());
        if (before != null && truth.newestTimelinePublished() < timeline) {
            // Nobody could know: the first to begin it died before it could say so.
            note(server, () -> "has begun timeline " + timeline + " for the second time");
            statistics.count("timelines begun twice, the first time untold", 1);
            begunTwice.add(timeline);
        } else if (before != null) {
            throw new Violation(
                    server.name() + " has begun timeline " + timeline + " which " + before + " had begun before");
        }
    }

    private void checkLedger(SimServer server) {
        BitSet present = contentOf(server.wal());
        List<Long> lost = missing(acknowledged, present);
        List<Long> vanished = missing(shown, present);
        boolean accepted = !cluster.settings().isSynchronous() || truth.isLeaderChosenByHand();
        if (!vanished.isEmpty() && !accepted) {
            throw new Violation(server.name() + " has opened for writes without " + vanished.size()
                    + " commits that clients have seen after a restart, the last of which is record "
                    + vanished.get(vanished.size() - 1));
        }
        shown.removeAll(vanished);
        if (lost.isEmpty()) {
            return;
        }
        if (!accepted) {
            throw new Violation(server.name() + " has opened for writes without " + lost.size()
                    + " acknowledged commits, the last of which is record " + lost.get(lost.size() - 1));
        }
        note(server, () -> "lacks " + lost.size() + " acknowledged commits, which this mode allows");
        statistics.count("acknowledged commits lost where that is allowed", lost.size());
        acknowledged.removeAll(lost);
    }

    private static List<Long> missing(Collection<Long> expected, BitSet present) {
        return expected.stream()
                .filter(record -> !present.get(record.intValue()))
                .toList();
    }

    private static BitSet contentOf(SimWal wal) {
        BitSet present = new BitSet();
        for (int i = 0; i < wal.count(); i++) {
            present.set((int) wal.record(i));
        }
        return present;
    }

    /** What clients have read after a restart must stay, where the cluster promises that. */
    @Override
    public void shown(SimServer server) {
        if (!cluster.settings().showsOnlyReplicated()) {
            return;
        }
        for (int i = 0; i < server.wal().count(); i++) {
            if (shown.add(server.wal().record(i))) {
                statistics.count("commits that clients found after a restart", 1);
            }
        }
    }

    @Override
    public void acknowledged(SimServer server, long record) {
        acknowledged.add(record);
        statistics.count("acknowledged commits", 1);
    }

    @Override
    public void corrupted(SimServer server, String how) {
        if (begunTwice.contains(server.wal().timeline())) {
            statistics.count("looks of a standby at a timeline begun twice", 1);
            return;
        }
        throw new Violation(server.name() + " " + how);
    }

    @Override
    public void noted(SimServer server, String what) {
        note(
                server,
                () -> "server " + what + " " + server.wal().timeline() + ":"
                        + server.wal().count());
    }

    private void note(SimServer server, java.util.function.Supplier<String> what) {
        cluster.trace().note(server.name().value(), what);
    }

    /** At the end nothing may be missing, from anybody. */
    void checkComplete(SimServer primary) {
        checkLedger(primary);
        for (SimServer server : servers) {
            int common = server.wal().commonPrefix(primary.wal());
            if (common < server.wal().count()) {
                throw new Violation(server.name() + " holds records that the primary " + primary.name() + " lacks");
            }
        }
    }

    int acknowledgedSoFar() {
        return acknowledged.size();
    }
}
