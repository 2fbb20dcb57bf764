package dev.regent.testkit.sim;

import static dev.regent.testkit.sim.EventQueue.MILLISECOND;
import static dev.regent.testkit.sim.EventQueue.SECOND;

import dev.regent.ha.model.NodeName;
import dev.regent.testkit.sim.SimulationSettings.Mode;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A simulated cluster whose faults a test chooses, with clients that write and the invariants of every simulation. The same
 * scenario always takes the same course. Used by one thread.
 */
final class Scenario {
    /** Fixed: hands over at once when a server crashes, has guardians, no zones, no backoff, no failsafe mode. */
    private static final long SEED = 6;

    private static final long BETWEEN_WRITES = 200 * MILLISECOND;
    private static final long UNTIL_WELL = 300 * SECOND;

    private final EventQueue queue = new EventQueue();
    private final SimCluster cluster;
    private final StoreTruth truth;
    private final Invariants invariants;
    private boolean writing = true;
    private boolean byHand;

    private Scenario(int nodes, Mode mode) {
        SimulationSettings settings = new SimulationSettings(SEED, nodes, mode, false, Set.of());
        cluster = new SimCluster(settings, queue, new Dice(SEED), new Trace(queue, false));
        truth = new StoreTruth(queue, cluster.store());
        invariants = new Invariants(cluster, truth, new Statistics());
        cluster.addNodes(new Watching());
    }

    /** A cluster that is well, and clients that write to it. */
    static Scenario of(int nodes, Mode mode) {
        Scenario scenario = new Scenario(nodes, mode);
        scenario.queue.afterEach(scenario.invariants::check);
        scenario.cluster.nodes().forEach(SimNode::startAgent);
        scenario.write();
        scenario.untilWell();
        return scenario;
    }

    private void write() {
        for (SimServer server : cluster.network().servers()) {
            if (writing && server.acceptsWrites()) {
                server.commit(cluster.network().nextRecord());
            }
        }
        queue.after(BETWEEN_WRITES, this::write);
    }

    /** What a person does with their own hands may break invariants, for which the cluster cannot answer. */
    void withoutInvariants() {
        byHand = true;
        queue.afterEach(truth::refresh);
    }

    /** No client writes any more. */
    void stopWriting() {
        writing = false;
    }

    /** One commit at the server; whether it is ever acknowledged is another matter. Returns its identity. */
    long commitAt(SimNode node) {
        long record = cluster.network().nextRecord();
        node.server().commit(record);
        return record;
    }

    SimNode primary() {
        return cluster.node(Health.primary(cluster).orElseThrow().name());
    }

    /** One of the nodes that are not the primary: the first, the second ... */
    SimNode standby(int index) {
        SimNode primary = primary();
        return cluster.nodes().stream()
                .filter(node -> node != primary)
                .skip(index)
                .findFirst()
                .orElseThrow();
    }

    /** The standby for which commits wait. */
    SimNode synchronousStandby() {
        NodeName name = truth.view().sync().standbys().iterator().next();
        return cluster.node(name);
    }

    Optional<NodeName> leader() {
        return truth.leader();
    }

    int acknowledged() {
        return invariants.acknowledgedSoFar();
    }

    void cut(SimNode one, SimNode other) {
        cluster.network().cut(one.name(), other.name());
    }

    void heal(SimNode one, SimNode other) {
        cluster.network().heal(one.name(), other.name());
    }

    void run(long seconds) {
        queue.runUntil(queue.now() + seconds * SECOND);
    }

    void until(String what, BooleanSupplier condition) {
        long deadline = queue.now() + UNTIL_WELL;
        while (!condition.getAsBoolean()) {
            if (queue.now() > deadline) {
                throw new AssertionError("expected " + what + ", found " + Health.ailment(cluster, truth));
            }
            queue.runUntil(queue.now() + MILLISECOND);
        }
    }

    /** Until one leads, all follow, and in a synchronous mode a standby holds every commit. */
    void untilWell() {
        until("a healthy cluster", () -> Health.ailment(cluster, truth).isEmpty());
    }

    /** Until all is well for good; then nothing that was acknowledged is missing from anybody. */
    void untilNothingIsMissing() {
        untilWell();
        run(5);
        untilWell();
        stopWriting();
        run(5);
        invariants.checkComplete(primary().server());
    }

    /** Whether the server's log has the record. */
    static boolean has(SimNode node, long record) {
        SimWal wal = node.server().wal();
        for (int i = 0; i < wal.count(); i++) {
            if (wal.record(i) == record) {
                return true;
            }
        }
        return false;
    }

    /** Tells the invariants of everything, unless they do not hold. */
    private final class Watching implements ServerObserver {
        @Override
        public void opened(SimServer server, boolean promoted) {
            if (!byHand) {
                invariants.opened(server, promoted);
            }
        }

        @Override
        public void acknowledged(SimServer server, long record) {
            if (!byHand) {
                invariants.acknowledged(server, record);
            }
        }

        @Override
        public void shown(SimServer server) {
            if (!byHand) {
                invariants.shown(server);
            }
        }

        @Override
        public void corrupted(SimServer server, String how) {
            invariants.corrupted(server, how);
        }

        @Override
        public void noted(SimServer server, String what) {
            invariants.noted(server, what);
        }
    }
}
