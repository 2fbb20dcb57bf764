package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeavingNodeTest {
    private static final Lsn BEFORE_THE_END = new Lsn(ServerBuilder.POSITION.value() - 1);

    @Test
    void theLeaderLetsItsStandbysReceiveEverything() {
        assertThat(decide(aSnapshot().primary().leading().shuttingDown()))
                .isEqualTo(stop(StopMode.GRACEFUL, Reason.SHUTTING_DOWN));
    }

    @Test
    void aFollowerJustStops() {
        assertThat(decide(aSnapshot().standby().ledBy("b").shuttingDown()))
                .isEqualTo(stop(StopMode.FAST, Reason.SHUTTING_DOWN));
    }

    @Test
    void aPrimaryWithoutLeadershipIsFenced() {
        assertThat(decide(aSnapshot().primary().ledBy("b").shuttingDown()))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.SHUTTING_DOWN));
    }

    @Test
    void aLeaderThatIsNotSureToLeadForLongIsFenced() {
        assertThat(decide(aSnapshot()
                        .primary()
                        .leading()
                        .sessionLeft(ofSeconds(1))
                        .shuttingDown()))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.SHUTTING_DOWN));
    }

    @Test
    void leadershipIsGivenAwayWithTheEndOfTheLogAfterAnOrderlyStop() {
        assertThat(decide(aSnapshot()
                        .state(ServerState.STOPPED)
                        .server(ServerBuilder::primaryData)
                        .leading()
                        .shuttingDown()))
                .isEqualTo(Decision.of(
                        new Action.ReleaseLeadership(ViewBuilder.LEADER_REVISION, Optional.of(ServerBuilder.POSITION)),
                        Reason.SHUTTING_DOWN));
    }

    @Test
    void theLeadershipIsKeptForOneLoopWaitForWhoeverLacksTheEndOfTheLog() {
        assertThat(decide(stoppedLeader(ofMillis(9_999)).answering("b", BEFORE_THE_END)))
                .isEqualTo(Decision.of(new Action.Wait(ofMillis(200)), Reason.SUCCESSOR_CATCHING_UP));
        assertThat(decide(stoppedLeader(ofSeconds(10)).answering("b", BEFORE_THE_END)))
                .isEqualTo(released());
    }

    @Test
    void oneThatHoldsTheEndIsEnoughAndWhoCannotLeadIsNotWaitedFor() {
        assertThat(decide(stoppedLeader(ofSeconds(1))
                        .answering("b", BEFORE_THE_END)
                        .answering("c")))
                .isEqualTo(released());
        assertThat(decide(stoppedLeader(ofSeconds(1)).silent("b"))).isEqualTo(released());
        assertThat(decide(stoppedLeader(ofSeconds(1))
                        .synchronous()
                        .view(facts -> facts.sync("a", 0, "c"))
                        .answering("b", BEFORE_THE_END)))
                .isEqualTo(released());
    }

    @Test
    void whoCannotLeadDoesNotCountEvenIfItHoldsTheEnd() {
        SnapshotBuilder stopped = stoppedLeader(ofSeconds(1))
                .synchronous()
                .view(facts -> facts.sync("a", 0, "b"))
                .answering("b", BEFORE_THE_END)
                .answering("c");

        assertThat(decide(stopped).reason()).isEqualTo(Reason.SUCCESSOR_CATCHING_UP);
    }

    @Test
    void whoDoesNotLeadWaitsForNobody() {
        assertThat(decide(aSnapshot()
                        .state(ServerState.STOPPED)
                        .server(ServerBuilder::primaryData)
                        .ledBy("b")
                        .answering("c", BEFORE_THE_END)
                        .shuttingDown()))
                .isEqualTo(Decision.of(Action.FINISH, Reason.LEFT));
    }

    @Test
    void nobodyIsToldWhereTheLogOfACrashedServerEnds() {
        assertThat(decide(aSnapshot()
                        .state(ServerState.CRASHED)
                        .server(ServerBuilder::primaryData)
                        .leading()
                        .shuttingDown()))
                .isEqualTo(Decision.of(
                        new Action.ReleaseLeadership(ViewBuilder.LEADER_REVISION, Optional.empty()),
                        Reason.SHUTTING_DOWN));
    }

    @Test
    void theNodeEndsWhenItsServerIsDownAndItDoesNotLead() {
        assertThat(decide(aSnapshot().state(ServerState.STOPPED).ledBy("b").shuttingDown()))
                .isEqualTo(Decision.of(Action.FINISH, Reason.LEFT));
    }

    @Test
    void inAPausedClusterTheServerKeepsRunningAndTheLeaderEntryStays() {
        assertThat(decide(aSnapshot().primary().leading().paused().shuttingDown()))
                .isEqualTo(Decision.of(Action.FINISH, Reason.PAUSED));
    }

    @Test
    void whatIsUnderWayIsCancelledFirst() {
        assertThat(decide(aSnapshot()
                        .state(ServerState.ABSENT)
                        .ledBy("b")
                        .running(new Operation.Clone(Decided.upstream("b")))
                        .shuttingDown()))
                .isEqualTo(Decision.of(Action.CANCEL_OPERATION, Reason.SHUTTING_DOWN));
    }

    private static SnapshotBuilder stoppedLeader(Duration since) {
        return aSnapshot()
                .state(ServerState.STOPPED)
                .server(facts -> facts.primaryData().inState(since))
                .leading()
                .shuttingDown();
    }

    private static Decision released() {
        return Decision.of(
                new Action.ReleaseLeadership(ViewBuilder.LEADER_REVISION, Optional.of(ServerBuilder.POSITION)),
                Reason.SHUTTING_DOWN);
    }
}
