package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.spi.StopMode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeavingNodeTest {
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
}
