package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.Decided.upstream;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.spi.StopMode;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Timeline 1 ended at {@link ServerBuilder#POSITION}; b leads on timeline 2. */
class DivergenceTest {
    private static final Lsn END = ServerBuilder.POSITION;
    private static final Lsn BEFORE = new Lsn(END.value() - 1);
    private static final Lsn BEYOND = new Lsn(END.value() + 1);
    private static final Decision REWIND = Decision.of(new Operation.Rewind(upstream("b")), Reason.DIVERGED);
    private static final Decision START =
            Decision.of(new Operation.StartStandby(Optional.of(upstream("b"))), Reason.READY_TO_FOLLOW);

    @Test
    void aCrashedPrimaryIsRewound() {
        assertThat(decide(formerPrimary(ServerState.CRASHED, BEFORE))).isEqualTo(REWIND);
    }

    @Test
    void aPrimaryThatWasShutDownBeforeTheTimelineEndedJustFollows() {
        assertThat(decide(formerPrimary(ServerState.STOPPED, BEFORE))).isEqualTo(START);
    }

    @Test
    void aShutdownCheckpointAtTheEndOfTheTimelineIsBeyondIt() {
        assertThat(decide(formerPrimary(ServerState.STOPPED, END))).isEqualTo(REWIND);
    }

    @Test
    void aStandbyThatReachedTheEndOfTheTimelineJustFollows() {
        assertThat(decide(standby(ServerState.STOPPED, END))).isEqualTo(START);
        assertThat(waits(decide(standby(ServerState.STANDBY, END)), Reason.FOLLOWING))
                .isTrue();
    }

    @Test
    void aStandbyThatReplayedBeyondTheEndOfTheTimelineIsStoppedAndRewound() {
        assertThat(decide(standby(ServerState.STANDBY, BEYOND))).isEqualTo(stop(StopMode.FAST, Reason.DIVERGED));
        assertThat(decide(standby(ServerState.STOPPED, BEYOND))).isEqualTo(REWIND);
    }

    @Test
    void inAPausedClusterADivergedStandbyIsNotStopped() {
        assertThat(waits(decide(standby(ServerState.STANDBY, BEYOND).paused()), Reason.PAUSED))
                .isTrue();
    }

    @Test
    void aTimelineThatTheLeaderDoesNotKnowHasDiverged() {
        assertThat(decide(standby(ServerState.STOPPED, BEFORE).server(facts -> facts.at(3, BEFORE))))
                .isEqualTo(REWIND);
        assertThat(decide(standby(ServerState.STOPPED, BEFORE).server(facts -> facts.at(2, BEFORE))))
                .isEqualTo(START);
    }

    @Test
    void twoPrimariesOfTheSameTimelineCannotBeToldApartByARewind() {
        assertThat(waits(
                        decide(formerPrimary(ServerState.STOPPED, BEFORE).server(facts -> facts.at(2, BEFORE))),
                        Reason.DIVERGED_AND_CANNOT_REWIND))
                .isTrue();
        assertThat(decide(formerPrimary(ServerState.CRASHED, BEFORE).server(facts -> facts.at(2, BEFORE))))
                .isEqualTo(REWIND);
    }

    @Test
    void aTimelineThatIsNotInTheHistoryHasDiverged() {
        assertThat(decide(aSnapshot()
                        .state(ServerState.STOPPED)
                        .server(facts -> facts.at(1, BEFORE))
                        .ledBy("b")
                        .member(aMember("b").primary().at(3, END))
                        .view(facts -> facts.timelineEnded(2, END))))
                .isEqualTo(REWIND);
    }

    @Test
    void aFormerPrimaryWaitsUntilTheLeaderHasToldItsTimelineAndHowItCameAbout() {
        assertThat(waits(
                        decide(formerPrimary(ServerState.STOPPED, BEFORE).member(aMember("b"))),
                        Reason.LEADER_NOT_RUNNING_YET))
                .isTrue();
        assertThat(waits(
                        decide(aSnapshot()
                                .state(ServerState.STOPPED)
                                .server(ServerBuilder::primaryData)
                                .ledBy("b")
                                .member(aMember("b").primary().at(2, END))),
                        Reason.LEADER_NOT_RUNNING_YET))
                .isTrue();
    }

    @Test
    void aStandbyNeedNotWaitForTheLeadersTimeline() {
        assertThat(decide(standby(ServerState.STOPPED, BEYOND).member(aMember("b"))))
                .isEqualTo(START);
    }

    @Test
    void aRewindWaitsForTheLeadersCheckpoint() {
        assertThat(waits(
                        decide(formerPrimary(ServerState.CRASHED, BEFORE)
                                .member(aMember("b").primary().at(2, END).checkpointPending())),
                        Reason.LEADER_NOT_READY_FOR_REWIND))
                .isTrue();
    }

    @Test
    void whoCannotRewindCopiesTheDataAnewWhereThatIsAllowed() {
        SnapshotBuilder cannot = formerPrimary(ServerState.CRASHED, BEFORE)
                .server(ServerBuilder::cannotRewind)
                .configured("postgresql", Map.of("remove_data_directory_on_diverged_timelines", true));

        assertThat(decide(cannot)).isEqualTo(Decision.of(new Operation.Discard(), Reason.DIVERGED_SO_COPIED_ANEW));
        assertThat(waits(
                        decide(cannot.configured(
                                "postgresql", Map.of("remove_data_directory_on_rewind_failure", true))),
                        Reason.DIVERGED_AND_CANNOT_REWIND))
                .isTrue();
    }

    @Test
    void aRewindThatFailsAgainAndAgainEndsInACopyWhereThatIsAllowed() {
        Operation rewind = new Operation.Rewind(upstream("b"));
        SnapshotBuilder failing = formerPrimary(ServerState.CRASHED, BEFORE)
                .configured("postgresql", Map.of("remove_data_directory_on_rewind_failure", true))
                .failed(rewind, ofSeconds(60), 2);

        assertThat(decide(failing)).isEqualTo(REWIND);
        assertThat(decide(failing.failed(rewind, ofSeconds(60), 3)))
                .isEqualTo(Decision.of(new Operation.Discard(), Reason.REWIND_FAILED_SO_COPIED_ANEW));
        assertThat(decide(failing.done(new Operation.Discard(), ofSeconds(40))))
                .as("what failed before the copy concerned other data")
                .isEqualTo(REWIND);
        assertThat(decide(formerPrimary(ServerState.CRASHED, BEFORE).failed(rewind, ofSeconds(60), 3)))
                .as("nobody has allowed it")
                .isEqualTo(REWIND);
    }

    @Test
    void whoCannotRewindSaysSo() {
        assertThat(waits(
                        decide(formerPrimary(ServerState.CRASHED, BEFORE).server(ServerBuilder::cannotRewind)),
                        Reason.DIVERGED_AND_CANNOT_REWIND))
                .isTrue();
        assertThat(waits(
                        decide(standby(ServerState.STANDBY, BEYOND).server(ServerBuilder::cannotRewind)),
                        Reason.DIVERGED_AND_CANNOT_REWIND))
                .isTrue();
    }

    private static SnapshotBuilder formerPrimary(ServerState state, Lsn end) {
        return standby(state, end).server(ServerBuilder::primaryData);
    }

    private static SnapshotBuilder standby(ServerState state, Lsn end) {
        return aSnapshot()
                .state(state)
                .server(facts -> facts.at(1, end).following("b"))
                .ledBy("b")
                .member(aMember("b").primary().at(2, END))
                .view(facts -> facts.timelineEnded(1, END));
    }
}
