package dev.regent.testkit.sim;

import static dev.regent.testkit.sim.EventQueue.MILLISECOND;
import static dev.regent.testkit.sim.EventQueue.SECOND;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Role;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DcsException;
import java.util.Optional;

/**
 * The other cluster, as one server, and the person who moves the lead between it and the simulated one: in good order, or
 * because the other is lost. Used by one thread.
 */
final class SimRemote {
    static final NodeName NAME = NodeName.of("remote");
    static final Address ADDRESS = new Address("remote", 5432);

    private static final long SHORTEST_PEACE = 5 * SECOND;
    private static final long LONGEST_PEACE = 45 * SECOND;
    private static final long LONGEST_OUTAGE = 40 * SECOND;
    private static final long GLANCE = SECOND;
    private static final long START = SECOND;
    private static final long LONGEST_CHECKPOINT = 5 * SECOND;
    private static final long PROMOTION = 300 * MILLISECOND;
    /** Then whoever moves the lead goes on although something may be lost. */
    private static final int MOST_GLANCES = 90;

    private static final int MOST_LOST = 3;
    private static final double IN_GOOD_ORDER = 0.5;

    /** Where the writes are. */
    private enum Lead {
        THERE,
        MOVING,
        HERE
    }

    private final SimCluster cluster;
    private final StoreTruth truth;
    private final Invariants invariants;
    private final Statistics statistics;
    private final Operator operator;
    private final Dice dice;
    private final ClusterAdmin admin;
    private final SimServer server;
    private Lead lead;
    private boolean over;

    SimRemote(
            SimCluster cluster,
            StoreTruth truth,
            Invariants invariants,
            Statistics statistics,
            Operator operator,
            Dice dice) {
        this.cluster = cluster;
        this.truth = truth;
        this.invariants = invariants;
        this.statistics = statistics;
        this.operator = operator;
        this.dice = dice;
        this.admin = ClusterAdmin.of(cluster.store().open());
        this.lead = cluster.settings().beginsAsStandby() ? Lead.THERE : Lead.HERE;
        this.server = new SimServer(NAME, ADDRESS, cluster.network(), cluster.queue(), dice.split(), invariants);
        cluster.network().setRemote(server);
    }

    SimServer server() {
        return server;
    }

    boolean leads() {
        return lead == Lead.THERE;
    }

    boolean isMoving() {
        return lead == Lead.MOVING;
    }

    void begin() {
        if (lead == Lead.THERE) {
            server.createData("7100000000000000001");
            server.launch(false, Optional.empty(), START);
        }
        cluster.queue().after(dice.between(SHORTEST_PEACE, LONGEST_PEACE), this::next);
        cluster.queue().after(GLANCE, this::tend);
    }

    /** Clients of the other cluster. */
    void write() {
        if (server.acceptsWrites()) {
            statistics.count("commits", 1);
            server.commit(cluster.network().nextRecord());
        }
    }

    /** Nothing happens to it any more but what has been begun. */
    void end() {
        over = true;
    }

    private void next() {
        if (!over && !operator.isCalm()) {
            switch (lead) {
                case THERE -> trouble();
                case HERE -> giveTheLead();
                case MOVING -> {}
            }
        }
        cluster.queue().after(dice.between(SHORTEST_PEACE, LONGEST_PEACE), this::next);
    }

    private void trouble() {
        switch (dice.upTo(4)) {
            case 0 -> crash();
            case 1 -> cutOff();
            case 2 -> failOver();
            // Who has no standby yet does not leave
            default -> {
                if (standbyLeader().isPresent()) {
                    takeTheLead();
                }
            }
        }
    }

    /** What keeps it going, whoever leads. */
    private void tend() {
        if (lead == Lead.THERE && over && server.isDown()) {
            server.launch(server.directory().isStandby(), Optional.empty(), START);
        } else if (lead == Lead.THERE && over && server.isInRecovery()) {
            server.promoteAfter(PROMOTION);
        } else if (lead == Lead.HERE) {
            Health.primary(cluster).ifPresent(this::follow);
        }
        if (server.acceptsWrites() && !server.isCheckpointed()) {
            server.checkpointAfter(dice.between(0, LONGEST_CHECKPOINT));
        }
        cluster.queue().after(GLANCE, this::tend);
    }

    private void follow(SimServer primary) {
        if (server.isDown()
                || server.wal().commonPrefix(primary.wal()) < server.wal().count()) {
            server.crash();
            server.copyData(primary);
            server.launch(true, upstream(primary), START);
        } else if (server.isInRecovery() && !server.recovery().upstream().equals(upstream(primary))) {
            server.recovery().follow(upstream(primary));
        }
    }

    private static Optional<Upstream> upstream(SimServer server) {
        return Optional.of(new Upstream(server.name(), server.address()));
    }

    private void crash() {
        note("SERVER IS KILLED");
        server.crash();
        cluster.queue().after(dice.between(SECOND, LONGEST_OUTAGE), this::restart);
    }

    private void restart() {
        if (lead == Lead.THERE && server.isDown()) {
            server.launch(false, Optional.empty(), START);
        }
    }

    private void cutOff() {
        note("IS CUT OFF");
        cluster.nodes().forEach(node -> cluster.network().cut(NAME, node.name()));
        cluster.queue()
                .after(
                        dice.between(SECOND, LONGEST_OUTAGE),
                        () -> cluster.nodes().forEach(node -> cluster.network().heal(NAME, node.name())));
    }

    /** One of its own standbys takes over, and may lack the last of what was written. */
    private void failOver() {
        note("FAILS OVER");
        statistics.count("failovers of the remote cluster", 1);
        server.crash();
        server.wal().truncate(server.wal().count() - dice.upTo(MOST_LOST));
        server.becomeStandbyData();
        server.launch(true, Optional.empty(), START);
        cluster.queue().after(2 * START, () -> {
            if (server.isInRecovery()) {
                server.promoteAfter(PROMOTION);
            } else {
                restart();
            }
        });
    }

    /** The simulated cluster is to lead: the other has been stopped, or is lost. */
    private void takeTheLead() {
        lead = Lead.MOVING;
        boolean orderly = dice.chance(IN_GOOD_ORDER);
        note(orderly ? "STOPS IN GOOD ORDER" : "IS LOST");
        if (orderly) {
            server.stopAfter(SECOND);
        } else {
            server.crash();
        }
        cluster.queue().after(3 * SECOND, this::leadHere);
    }

    private void leadHere() {
        Optional<SimServer> leader =
                truth.leader().map(name -> cluster.node(name).server());
        if (leader.filter(SimServer::isInRecovery).isEmpty() || operator.isCalm() || !server.isDown()) {
            cluster.queue().after(GLANCE, this::leadHere);
            return;
        }
        note("IS FOLLOWED NO MORE");
        statistics.count("standby clusters promoted", 1);
        invariants.expect(leader.get(), leader.get().wal());
        change(JsonNodeFactory.instance.objectNode().putNull("standby_cluster"));
        lead = Lead.HERE;
    }

    /** The simulated cluster is to become a standby of the other, which follows it up to then. */
    private void giveTheLead() {
        Optional<SimServer> primary = Health.primary(cluster);
        boolean ready = primary.isPresent()
                && server.recovery().source().filter(primary.get()::equals).isPresent();
        if (ready) {
            lead = Lead.MOVING;
            note("IS TO BE FOLLOWED");
            statistics.count("clusters made standbys", 1);
            ObjectNode patch = JsonNodeFactory.instance.objectNode();
            patch.putObject("standby_cluster").put("host", ADDRESS.host());
            change(patch);
            leadThere(primary.get(), 0);
        }
    }

    private void leadThere(SimServer formerPrimary, int glances) {
        Optional<SimServer> leader = standbyLeader();
        leader.ifPresent(this::follow);
        boolean hasAll = leader.isPresent()
                && server.wal().commonPrefix(leader.get().wal())
                        == leader.get().wal().count();
        if (leader.isPresent() && server.isInRecovery() && (hasAll || glances > MOST_GLANCES)) {
            if (hasAll && leader.get() == formerPrimary) {
                invariants.expect(server, formerPrimary.wal());
            }
            note(hasAll ? "IS PROMOTED WITH EVERYTHING" : "IS PROMOTED BY FORCE");
            server.promoteAfter(PROMOTION);
            cluster.queue().after(2 * PROMOTION, () -> lead = Lead.THERE);
        } else {
            cluster.queue().after(GLANCE, () -> leadThere(formerPrimary, glances + 1));
        }
    }

    /** The leader, once it has said that it is the leader of a standby cluster, and says so when it is asked. */
    private Optional<SimServer> standbyLeader() {
        return truth.view()
                .leaderMember()
                .filter(member -> member.role() == Role.STANDBY_LEADER && member.isRunning())
                .map(Member::name)
                .map(name -> cluster.node(name).server())
                .filter(leader -> leader.isInRecovery() && leader.isStandbyData());
    }

    private void change(ObjectNode patch) {
        try {
            if (admin.changeConfig(patch).isEmpty()) {
                throw new IllegalStateException("nobody else changes the configuration");
            }
        } catch (DcsException impossible) {
            throw new IllegalStateException("nothing is between the operator and the store", impossible);
        }
    }

    private void note(String what) {
        cluster.trace().note(NAME.value(), () -> what);
    }
}
