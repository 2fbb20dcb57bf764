package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.spi.StopMode;
import org.junit.jupiter.api.Test;

class BlindNodeTest {
    private static final Action ONE_SECOND = new Action.Wait(ofSeconds(1));

    @Test
    void aBlindPrimaryStopsBeforeItsSessionEnds() {
        assertThat(decide(aSnapshot().primary().blind().sessionLeft(ofSeconds(2))))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.SESSION_RUNNING_OUT));
    }

    @Test
    void aBlindPrimaryGoesOnWhileItsSessionSurelyLasts() {
        assertThat(decide(aSnapshot().primary().blind().sessionLeft(ofSeconds(6))))
                .isEqualTo(Decision.of(ONE_SECOND, Reason.STORE_UNREACHABLE_BUT_LEADING));
    }

    @Test
    void aSixthOfTheTimeToLiveIsLeftForStopping() {
        assertThat(decide(aSnapshot().primary().blind().configured("ttl", 60).sessionLeft(ofSeconds(10))))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.SESSION_RUNNING_OUT));
    }

    @Test
    void aServerThatStartsAsPrimaryIsStoppedLikeOneThatRuns() {
        assertThat(decide(aSnapshot()
                        .state(ServerState.STARTING)
                        .server(ServerBuilder::primaryData)
                        .blind()))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.SESSION_RUNNING_OUT));
    }

    @Test
    void aPrimaryThatDoesNotAnswerIsStoppedLikeOneThatDoes() {
        assertThat(decide(aSnapshot()
                        .state(ServerState.UNRESPONSIVE)
                        .server(ServerBuilder::primaryData)
                        .blind()))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.SESSION_RUNNING_OUT));
    }

    @Test
    void aBlindStandbyGoesOnAndLooksAgainSoon() {
        assertThat(decide(aSnapshot().standby().blind())).isEqualTo(Decision.of(ONE_SECOND, Reason.STORE_UNREACHABLE));
    }

    @Test
    void aServerThatIsDownStaysDownWhileItsNodeIsBlind() {
        assertThat(decide(aSnapshot().state(ServerState.STOPPED).blind()))
                .isEqualTo(Decision.of(ONE_SECOND, Reason.STORE_UNREACHABLE));
    }

    @Test
    void inAPausedClusterABlindPrimaryGoesOn() {
        assertThat(decide(aSnapshot().primary().blind().paused())).isEqualTo(Decision.of(ONE_SECOND, Reason.PAUSED));
    }

    @Test
    void aBlindNodeThatLeavesStopsItsServerAndEnds() {
        assertThat(decide(
                        aSnapshot().primary().blind().sessionLeft(ofSeconds(20)).shuttingDown()))
                .isEqualTo(stop(StopMode.FAST, Reason.SHUTTING_DOWN));
        assertThat(decide(aSnapshot().state(ServerState.STOPPED).blind().shuttingDown()))
                .isEqualTo(Decision.of(Action.FINISH, Reason.LEFT));
    }

    @Test
    void aBlindPrimaryThatLeavesIsFencedAllTheSame() {
        assertThat(decide(
                        aSnapshot().primary().blind().sessionLeft(ofSeconds(2)).shuttingDown()))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.SESSION_RUNNING_OUT));
    }

    @Test
    void aBlindNodeLeavesAPausedClusterWithoutTouchingItsServer() {
        assertThat(decide(aSnapshot().primary().blind().paused().shuttingDown()))
                .isEqualTo(Decision.of(Action.FINISH, Reason.PAUSED));
    }
}
