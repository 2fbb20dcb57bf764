package dev.regent.testkit.sim;

import static dev.regent.testkit.sim.EventQueue.SECOND;

import java.util.List;

/** What goes wrong, when and for how long: chosen by the dice from {@link FaultKind}. Used by one thread. */
final class Faults {
    private static final long QUIET_START = 40 * SECOND;
    private static final long SHORTEST_PEACE = SECOND;
    private static final long LONGEST_PEACE = 30 * SECOND;
    private static final double EARLY = 0.2;

    private final SimCluster cluster;
    private final Statistics statistics;
    private final Dice dice;
    private final List<FaultKind> kinds;
    private final Operator operator;
    private boolean over;

    Faults(SimCluster cluster, StoreTruth truth, Statistics statistics, Dice dice) {
        this.cluster = cluster;
        this.statistics = statistics;
        this.dice = dice;
        this.kinds = FaultKind.weighted();
        this.operator = new Operator(cluster, truth, statistics, dice.split(), this::healAll);
    }

    /** From now on, or from when the cluster has formed, things go wrong. */
    void begin() {
        cluster.queue().after(dice.chance(EARLY) ? 0 : QUIET_START, this::next);
    }

    Operator operator() {
        return operator;
    }

    private void next() {
        if (over) {
            return;
        }
        if (!operator.isCalm()) {
            FaultKind kind = dice.pick(kinds);
            if (kind.inject(new FaultKind.Scene(cluster, operator, dice, () -> over || operator.isCalm()))) {
                statistics.fault(kind.label());
            }
        }
        cluster.queue().after(dice.between(SHORTEST_PEACE, LONGEST_PEACE), this::next);
    }

    /** Nothing goes wrong any more, and whatever is broken works again. */
    void end() {
        over = true;
        cluster.trace().note("-", () -> "ALL FAULTS END");
        operator.leave();
        healAll();
    }

    private void healAll() {
        cluster.network().healAll();
        cluster.store().thaw();
        for (SimNode node : cluster.nodes()) {
            node.road().heal();
            node.device().repair();
            node.server().recovery().hold(false);
            node.server().directory().storage().recover();
            node.thaw();
            node.resumeAgent();
            node.server().thaw();
            node.startAgent();
        }
    }
}
