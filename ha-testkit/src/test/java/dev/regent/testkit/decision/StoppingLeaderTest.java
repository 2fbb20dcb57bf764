package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.spi.StopMode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The server of a leader is being stopped; its archiver may take longer than the others should wait. */
class StoppingLeaderTest {
    private static final Lsn BEFORE_THE_END = new Lsn(ServerBuilder.POSITION.value() - 1);
    private static final Decision LOOK_AGAIN =
            new Decision(new Action.Wait(ofSeconds(1)), Reason.OPERATION_UNDER_WAY, "stop (graceful)");

    @Test
    void theLeadershipIsGivenAwayAsSoonAsSomebodyHoldsTheEndOfTheLog() {
        assertThat(decide(ended().shuttingDown().answering("b"))).isEqualTo(released(Reason.SHUTTING_DOWN));
        assertThat(decide(ended().switchoverTo("b").answering("b"))).isEqualTo(released(Reason.HANDING_OVER));
    }

    @Test
    void untilThenItIsLookedAtEverySecond() {
        assertThat(decide(ended().shuttingDown().answering("b", BEFORE_THE_END)))
                .isEqualTo(LOOK_AGAIN);
        assertThat(decide(ended().shuttingDown().silent("b"))).isEqualTo(LOOK_AGAIN);
        assertThat(decide(ended().switchoverTo("b").answering("b", BEFORE_THE_END)))
                .isEqualTo(LOOK_AGAIN);
        assertThat(decide(ended().switchoverTo("b").answering("c"))).isEqualTo(LOOK_AGAIN);
        assertThat(decide(stopping(ServerState.UNRESPONSIVE).switchoverTo("b").answering("b")))
                .isEqualTo(LOOK_AGAIN);
    }

    @Test
    void onlyWhoCouldLeadCounts() {
        SnapshotBuilder synchronous =
                ended().synchronous().view(facts -> facts.sync("a", 0, "c")).answering("b");

        assertThat(decide(synchronous.shuttingDown())).isEqualTo(LOOK_AGAIN);
        assertThat(decide(ended().synchronous()
                        .view(facts -> facts.sync("a", 0, "c"))
                        .switchoverTo("b")
                        .answering("b")))
                .isEqualTo(LOOK_AGAIN);
    }

    @Test
    void aServerThatIsToComeBackKeepsTheLeadership() {
        assertThat(decide(ended().answering("b")).action()).isEqualTo(Action.WAIT);
    }

    @Test
    void whoDoesNotLeadHasNothingToGiveAway() {
        assertThat(decide(aSnapshot()
                                .state(ServerState.STOPPED)
                                .server(ServerBuilder::primaryData)
                                .ledBy("b")
                                .answering("b")
                                .running(new Operation.Stop(StopMode.FAST))
                                .shuttingDown())
                        .action())
                .isEqualTo(Action.WAIT);
        assertThat(decide(ended().server(ServerBuilder::standbyData)
                                .answering("b")
                                .shuttingDown())
                        .action())
                .isEqualTo(Action.WAIT);
    }

    @Test
    void afterwardsTheArchiverIsLetGoOn() {
        assertThat(decide(aSnapshot()
                                .state(ServerState.STOPPED)
                                .server(ServerBuilder::primaryData)
                                .ledBy("b")
                                .running(new Operation.Stop(StopMode.GRACEFUL)))
                        .reason())
                .isEqualTo(Reason.OPERATION_UNDER_WAY);
    }

    private static SnapshotBuilder ended() {
        return stopping(ServerState.STOPPED);
    }

    private static SnapshotBuilder stopping(ServerState state) {
        return aSnapshot()
                .state(state)
                .server(ServerBuilder::primaryData)
                .leading()
                .running(new Operation.Stop(StopMode.GRACEFUL));
    }

    private static Decision released(Reason reason) {
        return Decision.of(
                new Action.ReleaseLeadership(ViewBuilder.LEADER_REVISION, Optional.of(ServerBuilder.POSITION)), reason);
    }
}
