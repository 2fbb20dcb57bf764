package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.PROMOTE;
import static dev.regent.testkit.decision.Decided.START_PRIMARY;
import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.spi.StopMode;
import org.junit.jupiter.api.Test;

class BusyNodeTest {
    private static final Decision LOST = Decision.of(Action.CANCEL_OPERATION, Reason.LEADERSHIP_LOST);
    private static final Operation CLONE = new Operation.Clone(Decided.upstream("b"));

    @Test
    void anOperationGoesOn() {
        Decision decision =
                decide(aSnapshot().state(ServerState.ABSENT).ledBy("b").running(CLONE));

        assertThat(waits(decision, Reason.OPERATION_UNDER_WAY)).isTrue();
        assertThat(decision.explanation()).isEqualTo("an operation on my server is under way: clone b");
    }

    @Test
    void aPromotionGoesOnWhileItsNodeLeads() {
        assertThat(waits(decide(aSnapshot().standby().leading().running(PROMOTE)), Reason.OPERATION_UNDER_WAY))
                .isTrue();
    }

    @Test
    void aPromotionGoesOnInTheDarkWhileTheSessionLasts() {
        Decision decision =
                decide(aSnapshot().standby().blind().sessionLeft(ofSeconds(20)).running(PROMOTE));

        assertThat(waits(decision, Reason.OPERATION_UNDER_WAY)).isTrue();
    }

    @Test
    void aPromotionIsCancelledWhenTheLeadershipIsLost() {
        assertThat(decide(aSnapshot().standby().ledBy("b").running(PROMOTE))).isEqualTo(LOST);
        assertThat(decide(
                        aSnapshot().standby().blind().sessionLeft(ofSeconds(2)).running(PROMOTE)))
                .isEqualTo(LOST);
    }

    @Test
    void aPromotionIsCancelledWhenTheLeaderEntryIsOfAnEarlierLife() {
        assertThat(decide(aSnapshot()
                        .standby()
                        .ledByEarlierLife()
                        .sessionLeft(ofSeconds(20))
                        .running(PROMOTE)))
                .isEqualTo(LOST);
    }

    @Test
    void aStartAsPrimaryIsCancelledWhenTheLeadershipIsLost() {
        assertThat(decide(aSnapshot()
                        .state(ServerState.STARTING)
                        .server(ServerBuilder::primaryData)
                        .running(START_PRIMARY)))
                .isEqualTo(LOST);
    }

    @Test
    void aSlowStopOfAPrimaryIsCutShortWhenTheLeadershipIsLost() {
        assertThat(decide(aSnapshot().primary().ledBy("b").running(new Operation.Stop(StopMode.GRACEFUL))))
                .isEqualTo(LOST);
    }

    @Test
    void theStopThatFencesIsNeverCancelled() {
        assertThat(waits(
                        decide(aSnapshot()
                                .primary()
                                .ledBy("b")
                                .shuttingDown()
                                .running(new Operation.Stop(StopMode.IMMEDIATE))),
                        Reason.OPERATION_UNDER_WAY))
                .isTrue();
    }

    @Test
    void inAPausedClusterNothingIsCancelledForALostLeadership() {
        assertThat(waits(
                        decide(aSnapshot().standby().ledBy("b").paused().running(PROMOTE)), Reason.OPERATION_UNDER_WAY))
                .isTrue();
    }

    @Test
    void whatIsCancelledIsWaitedFor() {
        assertThat(waits(decide(aSnapshot().standby().ledBy("b").cancelling(PROMOTE)), Reason.OPERATION_UNDER_WAY))
                .isTrue();
    }

    @Test
    void creatingAClusterEndsWithTheRightToCreateIt() {
        SnapshotBuilder creating = aSnapshot()
                .state(ServerState.ABSENT)
                .view(facts -> facts.initialization("", true))
                .running(new Operation.CreateCluster());
        SnapshotBuilder tooLate = aSnapshot()
                .state(ServerState.ABSENT)
                .view(facts -> facts.initialization("", false))
                .running(new Operation.CreateCluster());

        assertThat(waits(decide(creating), Reason.OPERATION_UNDER_WAY)).isTrue();
        assertThat(decide(tooLate)).isEqualTo(Decision.of(Action.CANCEL_OPERATION, Reason.OPERATION_TOO_LATE));
    }

    @Test
    void aStartThatTakesTooLongIsCancelledWhenAnotherMemberCanLead() {
        assertThat(decide(startingFor(301).answering("b")))
                .isEqualTo(Decision.of(Action.CANCEL_OPERATION, Reason.START_TAKES_TOO_LONG));
    }

    @Test
    void aStartThatTakesTooLongGoesOnWhenNobodyElseCanLead() {
        assertThat(waits(decide(startingFor(301).silent("b")), Reason.OPERATION_UNDER_WAY))
                .isTrue();
    }

    @Test
    void aStartHasThePrimaryStartTimeout() {
        assertThat(waits(decide(startingFor(300).answering("b")), Reason.OPERATION_UNDER_WAY))
                .isTrue();
    }

    private static SnapshotBuilder startingFor(int seconds) {
        return aSnapshot()
                .state(ServerState.STARTING)
                .server(ServerBuilder::primaryData)
                .leading()
                .running(START_PRIMARY, ofSeconds(seconds));
    }
}
