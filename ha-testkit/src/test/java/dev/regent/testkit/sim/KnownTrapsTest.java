package dev.regent.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.StopMode;
import dev.regent.testkit.sim.SimulationSettings.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Traps in which automatic failover is known to fall, each as a scenario. In each of them, at every step, one server writes at
 * most and no acknowledged synchronous commit is lost; each ends with a cluster that is well and lacks nothing.
 */
class KnownTrapsTest {

    @Test
    void aCommitWhoseWaitForStandbysEndsOtherwiseWasNeverPromised() {
        Scenario cluster = Scenario.of(3, Mode.STRICT);
        cluster.stopWriting();
        cluster.run(2);
        SimNode primary = cluster.primary();
        int acknowledged = cluster.acknowledged();
        cluster.cut(primary, cluster.standby(0));
        cluster.cut(primary, cluster.standby(1));

        long waiting = cluster.commitAt(primary);
        cluster.run(2);
        List<SimNode> others = List.of(cluster.standby(0), cluster.standby(1));
        primary.crashHost();
        cluster.until(
                "another primary",
                () -> others.stream().anyMatch(node -> node.server().acceptsWrites()));

        assertThat(Scenario.has(primary, waiting))
                .as("it was in the old primary's log")
                .isTrue();
        assertThat(cluster.acknowledged()).isEqualTo(acknowledged);
        assertThat(Scenario.has(cluster.primary(), waiting)).isFalse();
        others.forEach(node -> cluster.heal(primary, node));
        primary.startAgent();
        cluster.untilNothingIsMissing();
        assertThat(Scenario.has(primary, waiting)).isFalse();
    }

    @Test
    void aSlowArchiverKeepsNobodyFromLeadingWhoHoldsTheEndOfTheLog() {
        Scenario cluster = Scenario.of(3, Mode.STRICT);
        SimNode former = cluster.primary();
        former.server().archiving = 200 * EventQueue.SECOND;

        former.shutDownAgent();
        cluster.run(30);

        assertThat(cluster.primary()).isNotSameAs(former);
        cluster.run(200);
        former.startAgent();
        cluster.untilNothingIsMissing();
    }

    /** Of two nodes, each part that may die, alone and before or after the other node's. */
    static Stream<List<Consumer<Scenario>>> ordersOfDying() {
        List<Consumer<Scenario>> deaths = List.of(
                scenario -> scenario.primary().crashAgent(),
                scenario -> scenario.primary().crashServer(),
                scenario -> scenario.primary().crashHost(),
                scenario -> scenario.standby(0).crashAgent(),
                scenario -> scenario.standby(0).crashServer(),
                scenario -> scenario.standby(0).crashHost());
        List<List<Consumer<Scenario>>> orders = new ArrayList<>();
        for (int first = 0; first < deaths.size(); first++) {
            orders.add(List.of(deaths.get(first)));
            for (int second = 0; second < deaths.size(); second++) {
                if (first / 3 != second / 3) {
                    orders.add(List.of(deaths.get(first), deaths.get(second)));
                }
            }
        }
        return orders.stream();
    }

    @ParameterizedTest
    @MethodSource("ordersOfDying")
    void twoNodesComeBackInWhateverOrderTheyDie(List<Consumer<Scenario>> deaths) {
        for (Mode mode : List.of(Mode.OFF, Mode.SYNC, Mode.STRICT)) {
            Scenario cluster = Scenario.of(2, mode);
            SimNode one = cluster.primary();
            SimNode other = cluster.standby(0);
            deaths.get(0).accept(cluster);
            if (deaths.size() > 1 && one.server().acceptsWrites()) {
                cluster.run(3);
                deaths.get(1).accept(cluster);
            }
            cluster.run(60);

            one.startAgent();
            cluster.run(20);
            other.startAgent();

            cluster.untilNothingIsMissing();
        }
    }

    @Test
    void anotherOneTakesOverWhenTheCandidateDiesWhileItIsPromoted() {
        for (Mode mode : List.of(Mode.OFF, Mode.QUORUM)) {
            Scenario cluster = Scenario.of(3, mode);
            SimNode first = cluster.primary();
            List<SimNode> candidates = List.of(cluster.standby(0), cluster.standby(1));
            first.crashHost();
            cluster.until(
                    "a candidate that leads and does not write yet",
                    () -> cluster.leader()
                            .filter(name -> !name.equals(first.name()))
                            .isPresent());
            SimNode candidate = candidates.stream()
                    .filter(node -> node.name().equals(cluster.leader().orElseThrow()))
                    .findFirst()
                    .orElseThrow();
            assertThat(candidate.server().acceptsWrites()).isFalse();

            candidate.crashHost();
            if (mode == Mode.QUORUM) {
                cluster.run(60);
                candidate.startAgent();
            }
            cluster.until(
                    "a primary",
                    () -> candidates.stream().anyMatch(node -> node.server().acceptsWrites()));

            first.startAgent();
            candidate.startAgent();
            cluster.untilNothingIsMissing();
        }
    }

    @Test
    void theOldLeaderMayComeBackInTheMiddleOfTheRace() {
        for (Mode mode : List.of(Mode.OFF, Mode.SYNC, Mode.QUORUM)) {
            Scenario cluster = Scenario.of(3, mode);
            SimNode old = cluster.primary();
            old.crashHost();
            cluster.until("a vacant leadership", () -> cluster.leader().isEmpty());

            old.startAgent();

            cluster.untilNothingIsMissing();
        }
    }

    @Test
    void aReplicaThatWasPromotedByHandIsClosedAtOnceAndRejoins() {
        Scenario cluster = Scenario.of(3, Mode.SYNC);
        SimNode primary = cluster.primary();
        SimNode promoted = cluster.standby(1);
        cluster.withoutInvariants();

        promoted.server().promoteAfter(0);
        cluster.until("the hand-made primary", () -> promoted.server().acceptsWrites());
        cluster.run(3);

        assertThat(promoted.server().acceptsWrites()).isFalse();
        assertThat(primary.server().acceptsWrites()).isTrue();
        assertThat(cluster.leader()).hasValue(primary.name());
        cluster.untilWell();
        assertThat(cluster.primary()).isSameAs(primary);
    }

    @Test
    void aForkOnAnOlderTimelineIsNotBetterForBeingLonger() {
        Scenario cluster = Scenario.of(3, Mode.OFF);
        SimNode fork = cluster.primary();
        SimNode one = cluster.standby(0);
        SimNode other = cluster.standby(1);
        cluster.cut(fork, one);
        cluster.cut(fork, other);
        for (int i = 0; i < 200; i++) {
            cluster.commitAt(fork);
        }
        cluster.run(1);
        fork.crashHost();
        cluster.until(
                "a primary on a newer timeline",
                () -> one.server().acceptsWrites() || other.server().acceptsWrites());
        SimNode second = cluster.primary();
        SimNode third = second == one ? other : one;
        fork.startAgent();
        cluster.run(20);
        assertThat(fork.server().wal().count())
                .isGreaterThan(third.server().wal().count());

        second.crashHost();
        cluster.until(
                "a primary",
                () -> third.server().acceptsWrites() || fork.server().acceptsWrites());

        assertThat(third.server().acceptsWrites()).isTrue();
        cluster.heal(fork, one);
        cluster.heal(fork, other);
        second.startAgent();
        cluster.untilNothingIsMissing();
    }

    @Test
    void aStoppedNodeWithTheMostLogDoesNotBlockTheOthers() {
        Scenario cluster = Scenario.of(3, Mode.OFF);
        SimNode most = cluster.standby(0);
        SimNode least = cluster.standby(1);
        SimNode primary = cluster.primary();
        cluster.cut(primary, least);
        cluster.run(5);
        assertThat(most.server().wal().count())
                .isGreaterThan(least.server().wal().count());
        most.crashServer();
        most.crashAgent();
        primary.crashHost();

        cluster.until("a primary", () -> least.server().acceptsWrites());

        cluster.heal(primary, least);
        primary.startAgent();
        most.startAgent();
        cluster.untilNothingIsMissing();
    }

    @Test
    void whoClaimsOnAnAnswerFromThePastWinsNothing() throws Exception {
        OneNode node = OneNode.withStandby();
        node.write("config", "{\"ttl\":30}");
        var past = node.store.open().read();
        node.write("leader", "n2");

        node.dcs.past = Optional.of(past);
        var now = node.cycle.observe();
        Decision decision = node.cycle.decide(now);
        assertThat(decision.action()).isInstanceOf(Action.ClaimLeadership.class);
        node.cycle.act(now, decision);

        assertThat(node.entry("leader")).hasValue("n2");
        assertThat(node.cycle.leadershipLeft()).isZero();
    }

    @Test
    void aPrimaryThatHearsFromThePastThatItLeadsStillStopsInTime() throws Exception {
        OneNode node = OneNode.withPrimary();
        node.write("config", "{\"ttl\":30}");
        node.untilItRests();
        node.dcs.past = Optional.of(node.store.open().read());
        node.dcs.sessionsSilent = true;

        node.wait(Duration.ofSeconds(26));
        node.store.open().delete("leader", Expected.ANYTHING);
        Decision decision = node.cycle.decide(node.cycle.observe());

        assertThat(decision.action()).isEqualTo(new Operation.Stop(StopMode.IMMEDIATE));
    }

    @Test
    void aSessionThatEndsWhileTheServerStartsDoesNotLeaveAnOpenServerBehind() {
        Scenario cluster = Scenario.of(3, Mode.SYNC);
        SimNode old = cluster.primary();
        List<SimNode> others = List.of(cluster.standby(0), cluster.standby(1));
        others.forEach(SimNode::pauseAgent);
        old.crashServer();
        cluster.until("a server that starts", () -> old.server().state() == ServerState.STARTING);

        old.road().cut();
        others.forEach(SimNode::resumeAgent);
        cluster.until(
                "another leader",
                () -> cluster.leader().filter(name -> !name.equals(old.name())).isPresent());
        assertThat(old.server().acceptsWrites()).isFalse();

        old.road().reconnect();
        cluster.untilNothingIsMissing();
    }
}
