package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.spi.StopMode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node that needs a watchdog to lead and has none that works. */
class UnguardedNodeTest {
    private static final String PROBLEM = "there is no device";

    private static SnapshotBuilder unguarded() {
        return aSnapshot().watchdogFails(PROBLEM);
    }

    private static Decision failed(Action action) {
        return new Decision(action, Reason.WATCHDOG_FAILED, PROBLEM);
    }

    private static Decision release(Optional<dev.regent.ha.model.Lsn> end) {
        return failed(new Action.ReleaseLeadership(ViewBuilder.LEADER_REVISION, end));
    }

    @Test
    void aPrimaryStopsInGoodOrder() {
        assertThat(decide(unguarded().primary().leading())).isEqualTo(failed(new Operation.Stop(StopMode.FAST)));
    }

    @Test
    void aLeaderThatAcceptsNoWritesGivesTheLeadershipAway() {
        assertThat(decide(unguarded().standby().leading())).isEqualTo(release(Optional.empty()));
    }

    @Test
    void aLeaderThatHasStoppedTellsHowFarItCame() {
        assertThat(decide(unguarded()
                        .state(ServerState.STOPPED)
                        .server(facts -> facts.primaryData())
                        .leading()))
                .isEqualTo(release(Optional.of(ServerBuilder.POSITION)));
    }

    @Test
    void aStandbyDoesNotStandAlsoWhenAPersonWantsIt() {
        assertThat(decide(unguarded().standby())).isEqualTo(failed(Action.WAIT));
        assertThat(decide(unguarded().standby().failoverTo("a"))).isEqualTo(failed(Action.WAIT));
    }

    @Test
    void aPrimaryThatNobodyLeadsDoesNotClaim() {
        assertThat(decide(unguarded().primary()).action()).isEqualTo(new Operation.Stop(StopMode.IMMEDIATE));
    }

    @Test
    void aPrimaryThatWasShutDownLastComesBackAsAStandby() {
        SnapshotBuilder down = aSnapshot().state(ServerState.STOPPED).server(facts -> facts.primaryData());
        assertThat(decide(down).reason()).isEqualTo(Reason.SHUT_DOWN_LAST);

        assertThat(decide(down.watchdogFails(PROBLEM)))
                .isEqualTo(Decision.of(new Operation.StartStandby(Optional.empty()), Reason.MUST_RUN_TO_STAND));
    }

    @Test
    void nobodyCreatesAClusterThatItCouldNotLead() {
        assertThat(decide(unguarded().state(ServerState.ABSENT).view(ViewBuilder::notInitialized)))
                .isEqualTo(failed(Action.WAIT));
    }

    @Test
    void aFollowerFollows() {
        assertThat(waits(decide(unguarded().ledBy("b").server(facts -> facts.following("b"))), Reason.FOLLOWING))
                .isTrue();
    }

    @Test
    void inAPausedClusterNoWatchdogIsMissed() {
        assertThat(waits(decide(unguarded().paused().primary().leading()), Reason.LEADING))
                .isTrue();
    }
}
