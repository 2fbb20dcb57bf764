package dev.regent.testkit.sim;

import static dev.regent.testkit.sim.EventQueue.SECOND;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.decision.NodeOrder;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.spi.DcsException;
import dev.regent.testkit.sim.SimulationSettings.Mode;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * The person who runs the cluster: asks for other leaders and pauses the cluster for maintenance. A careful one: nothing
 * is paused, or goes on, while something is broken. Used by one thread.
 */
final class Operator {
    private static final long SHORTEST_PAUSE = 10 * SECOND;
    private static final long LONGEST_PAUSE = 50 * SECOND;
    private static final long SHORTEST_TTL = 20;
    private static final long LONGEST_TTL = 60;
    private static final long REST = 30 * SECOND;
    private static final long GLANCE = 2 * SECOND;
    private static final double ANY_CANDIDATE = 0.4;
    private static final double OTHER_MODE = 0.3;
    private static final double LATER = 0.3;
    private static final long LATEST_APPOINTMENT = 60;

    private final SimCluster cluster;
    private final StoreTruth truth;
    private final Statistics statistics;
    private final Dice dice;
    private final ClusterAdmin admin;
    private final Runnable healAll;
    private boolean calm;
    private boolean lostDisk;

    Operator(SimCluster cluster, StoreTruth truth, Statistics statistics, Dice dice, Runnable healAll) {
        this.cluster = cluster;
        this.truth = truth;
        this.statistics = statistics;
        this.dice = dice;
        this.admin = ClusterAdmin.of(cluster.store().open());
        this.healAll = healAll;
    }

    /** Whether the operator works on the cluster, so that nothing else should go wrong. */
    boolean isCalm() {
        return calm;
    }

    boolean switchover() {
        Optional<NodeName> leader = truth.leader();
        if (leader.isEmpty()) {
            return false;
        }
        NodeName other = dice.pick(cluster.nodes()).name();
        Optional<NodeName> candidate =
                other.equals(leader.get()) || dice.chance(ANY_CANDIDATE) ? Optional.empty() : Optional.of(other);
        cluster.trace().note("operator", () -> "SWITCHOVER from " + leader.get() + " to " + candidate);
        return ask(() -> admin.requestSwitchover(leader.get(), candidate, Optional.empty()));
    }

    /** Asks for another leader some time from now, if the present one leads then. */
    boolean scheduleSwitchover() {
        Optional<NodeName> leader = truth.leader();
        if (leader.isEmpty()) {
            return false;
        }
        OffsetDateTime at = soon();
        cluster.trace().note("operator", () -> "SWITCHOVER from " + leader.get() + " at " + at);
        return ask(() -> admin.requestSwitchover(leader.get(), Optional.empty(), Optional.of(at)));
    }

    /** Asks a node to restart its server, now or some time from now, whatever else goes on. */
    boolean restart(SimNode node) {
        if (dice.chance(LATER)) {
            return node.scheduleRestart(soon());
        }
        Optional<Duration> timeout = dice.chance(1.0 / 2)
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(dice.between(1, SHORTEST_TTL)));
        return node.order(
                new NodeOrder.Restart(new RestartConditions(Optional.empty(), Optional.empty(), false, timeout)));
    }

    boolean reinitialize(SimNode node) {
        return node.order(new NodeOrder.Reinitialize(dice.chance(1.0 / 2), dice.chance(1.0 / 2)));
    }

    private OffsetDateTime soon() {
        return cluster.timeOfDay().plusSeconds(dice.between(1, LATEST_APPOINTMENT));
    }

    boolean failover(SimNode candidate) {
        cluster.trace().note("operator", () -> "FAILOVER to " + candidate.name());
        return ask(() -> admin.requestFailover(candidate.name()));
    }

    /**
     * Sessions of another length, which nodes come to know of one after the other. Not while a primary may live on by words
     * that were given for the former length.
     */
    boolean changeTimings() {
        boolean mayLiveOn =
                cluster.settings().failsafe() && Health.ailment(cluster, truth).isPresent();
        if (truth.view().config().isEmpty() || mayLiveOn) {
            return false;
        }
        long ttl = dice.between(SHORTEST_TTL, LONGEST_TTL);
        cluster.trace().note("operator", () -> "CHANGES THE TIME TO LIVE to " + ttl + " s");
        return ask(() -> change(JsonNodeFactory.instance.objectNode().put("ttl", ttl)));
    }

    /** Commits wait for another number of standbys; in a cluster with a quorum, sometimes for named ones. */
    boolean changeSynchronousStandbys() {
        if (truth.view().config().isEmpty() || !cluster.settings().isSynchronous()) {
            return false;
        }
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.put("synchronous_node_count", dice.between(1, cluster.settings().nodes()));
        if (cluster.settings().mode() == Mode.QUORUM && dice.chance(OTHER_MODE)) {
            patch.put("synchronous_mode", dice.chance(1.0 / 2) ? "quorum" : "on");
        }
        cluster.trace().note("operator", () -> "CHANGES THE SYNCHRONOUS STANDBYS: " + patch);
        return ask(() -> change(patch));
    }

    private void change(JsonNode patch) throws DcsException {
        if (admin.changeConfig(patch).isEmpty()) {
            throw new IllegalStateException("nobody else changes the configuration");
        }
    }

    /** Heals everything, waits until the cluster is well, pauses it for a while, and lets it go on when it is well again. */
    boolean pauseCluster() {
        calm = true;
        healAll.run();
        whenWell(() -> {
            pause(true);
            if (dice.chance(1.0 / 2)) {
                cluster.queue().after(GLANCE, this::switchover);
            } else {
                SimNode one = dice.pick(cluster.nodes());
                cluster.queue().after(GLANCE, () -> restartOrCopy(one));
            }
            cluster.queue().after(dice.between(SHORTEST_PAUSE, LONGEST_PAUSE), this::goOn);
        });
        return true;
    }

    private void restartOrCopy(SimNode node) {
        boolean asked = dice.chance(LATER) ? reinitialize(node) : restart(node);
        statistics.count("orders in a paused cluster", asked ? 1 : 0);
    }

    private void goOn() {
        if (calm) {
            healAll.run();
            pause(false);
            cluster.queue().after(REST, () -> calm = false);
        }
    }

    private void whenWell(Runnable then) {
        cluster.queue().after(GLANCE, () -> {
            if (calm && Health.ailment(cluster, truth).isPresent()) {
                whenWell(then);
            } else if (calm) {
                then.run();
            }
        });
    }

    private void pause(boolean paused) {
        cluster.trace().note("operator", () -> paused ? "PAUSES THE CLUSTER" : "LETS THE CLUSTER GO ON");
        boolean asked = ask(() -> change(JsonNodeFactory.instance.objectNode().put("pause", paused)));
        assert asked;
    }

    /** Nothing is left that the operator has begun. */
    void leave() {
        calm = false;
        if (truth.isPaused()) {
            pause(false);
        }
    }

    /**
     * Clears the data of nodes that began a cluster of their own, lost the right to in the middle of it, and now rightly
     * refuse to touch what they hold.
     */
    void removeForeignData() {
        for (SimNode node : cluster.nodes()) {
            Optional<String> systemId = node.server().directory().systemId();
            boolean foreign = systemId.isPresent()
                    && truth.view()
                            .initialization()
                            .filter(entry ->
                                    entry.isComplete() && !entry.value().equals(systemId.get()))
                            .isPresent();
            if (foreign && !node.hasAgent()) {
                node.loseDisk();
                node.startAgent();
            }
        }
    }

    /** Clears members whose data has diverged on a timeline with the number of one of the primary's: no rewind helps. */
    void reinitializeBeyondRewind() {
        Optional<SimServer> primary = Health.source(cluster);
        for (SimNode node : cluster.nodes()) {
            if (primary.isPresent() && isBeyondRewind(node.server(), primary.get())) {
                statistics.count("members reinitialized by hand", 1);
                node.loseDisk();
                node.startAgent();
            }
        }
    }

    private static boolean isBeyondRewind(SimServer server, SimServer primary) {
        int common = server.wal().commonPrefix(primary.wal());
        return server.directory().isUsable()
                && primary.wal()
                        .endOf(server.wal().timeline())
                        .filter(end -> common < Math.min(end, server.wal().count()))
                        .isPresent();
    }

    /** One disk in the life of a cluster, of a node that is not needed for anything acknowledged. */
    boolean mayLoseDisk(SimNode node) {
        Optional<SimServer> primary = Health.primary(cluster);
        boolean needed = primary.isEmpty()
                || primary.get() == node.server()
                || !truth.isLedBy(primary.get().name());
        if (needed || lostDisk) {
            return false;
        }
        lostDisk = true;
        return true;
    }

    @FunctionalInterface
    private interface Request {
        void send() throws DcsException;
    }

    private static boolean ask(Request request) {
        try {
            request.send();
            return true;
        } catch (DcsException impossible) {
            throw new IllegalStateException("nothing is between the operator and the store", impossible);
        }
    }
}
