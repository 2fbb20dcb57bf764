package dev.regent.testkit.sim;

import static dev.regent.testkit.sim.EventQueue.MILLISECOND;
import static dev.regent.testkit.sim.EventQueue.SECOND;

import java.util.List;
import java.util.Optional;

/**
 * The life of one cluster, decided by a seed: nodes start, clients write, faults come, then they stop and the cluster must
 * recover. Used by one thread.
 */
public final class Simulation {
    private static final long SHORTEST_TROUBLE = 120 * SECOND;
    private static final long LONGEST_TROUBLE = 300 * SECOND;
    private static final long LONGEST_RECOVERY = 400 * SECOND;
    private static final long PROOF_OF_STABILITY = 15 * SECOND;
    private static final long GLANCE = SECOND;
    private static final long SHORTEST_WRITE_INTERVAL = 100 * MILLISECOND;
    private static final long LONGEST_WRITE_INTERVAL = 700 * MILLISECOND;
    private static final long LATEST_START = 5 * SECOND;

    private final SimulationSettings settings;
    private final EventQueue queue = new EventQueue();
    private final Statistics statistics = new Statistics();
    private final Trace trace;
    private final Dice dice;
    private final SimCluster cluster;
    private final StoreTruth truth;
    private final Invariants invariants;
    private final Faults faults;

    private Simulation(SimulationSettings settings, boolean traced) {
        this.settings = settings;
        this.trace = new Trace(queue, traced);
        this.dice = new Dice(settings.seed());
        this.cluster = new SimCluster(settings, queue, dice.split(), trace);
        this.truth = new StoreTruth(queue, cluster.store());
        this.invariants = new Invariants(cluster, truth, statistics);
        cluster.addNodes(invariants);
        this.faults = new Faults(cluster, truth, statistics, dice.split());
        if (settings.mode() == SimulationSettings.Mode.STANDBY) {
            cluster.setRemote(new SimRemote(cluster, truth, invariants, statistics, faults.operator(), dice.split()));
        }
    }

    /** Runs to the end; a {@link Violation} tells what was broken, when, after what, and how to see it again. */
    public static Statistics run(SimulationSettings settings) {
        try {
            return new Simulation(settings, false).run();
        } catch (Violation untold) {
            throw retold(settings, untold);
        }
    }

    /** The same once more, with a timeline this time: most runs need none, and it is dear. */
    private static Violation retold(SimulationSettings settings, Violation untold) {
        Simulation again = new Simulation(settings, true);
        try {
            again.run();
        } catch (Violation told) {
            return new Violation(again.report(told), told);
        }
        return new Violation("the simulation of " + settings + " is not deterministic: it failed once only", untold);
    }

    private String report(Violation violation) {
        String cause = violation.getCause() == null ? "" : " (" + violation.getCause() + ")";
        return "seed " + settings.seed() + ", mode " + settings.mode().label() + ", " + settings.nodes() + " nodes"
                + String.join("\n  ", prepended(trace.tail()))
                + "\nat " + queue.time() + ": " + violation.getMessage() + cause + "\nto see it again: "
                + settings.replayCommand();
    }

    private static List<String> prepended(List<String> lines) {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(""), lines.stream())
                .toList();
    }

    private Statistics run() {
        try {
            queue.afterEach(invariants::check);
            cluster.nodes().forEach(node -> queue.after(dice.between(0, LATEST_START), node::startAgent));
            queue.after(SECOND, this::write);
            cluster.remote().ifPresent(SimRemote::begin);
            faults.begin();
            queue.runUntil(dice.between(SHORTEST_TROUBLE, LONGEST_TROUBLE));
            faults.end();
            cluster.remote().ifPresent(SimRemote::end);
            recover();
            statistics.lasted(queue.now());
            return statistics;
        } catch (Violation violation) {
            throw violation;
        } catch (RuntimeException bug) {
            throw new Violation("unexpected failure", bug);
        }
    }

    /** Clients write to every server that would take it. */
    private void write() {
        for (SimServer server : cluster.network().servers()) {
            if (server.acceptsWrites() && !server.isClosed()) {
                statistics.count("commits", 1);
                server.commit(cluster.network().nextRecord());
            }
        }
        cluster.remote().ifPresent(SimRemote::write);
        queue.after(dice.between(SHORTEST_WRITE_INTERVAL, LONGEST_WRITE_INTERVAL), this::write);
    }

    private void recover() {
        long deadline = queue.now() + LONGEST_RECOVERY;
        long healthySince = -1;
        int acknowledgedThen = 0;
        while (healthySince < 0 || queue.now() - healthySince < PROOF_OF_STABILITY) {
            queue.runUntil(queue.now() + GLANCE);
            faults.operator().removeForeignData();
            cluster.nodes().forEach(SimNode::startAgent);
            faults.operator().reinitializeBeyondRewind();
            Optional<String> ailment = Health.ailment(cluster, truth);
            if (ailment.isPresent() && queue.now() > deadline) {
                throw new Violation("the cluster has not recovered after all faults ended: " + ailment.get());
            }
            if (ailment.isPresent() || healthySince < 0) {
                healthySince = ailment.isPresent() ? -1 : queue.now();
                acknowledgedThen = invariants.acknowledgedSoFar();
            }
        }
        if (invariants.acknowledgedSoFar() == acknowledgedThen) {
            throw new Violation("the cluster looks healthy and acknowledges no commits");
        }
        invariants.checkComplete(Health.source(cluster).orElseThrow());
    }
}
