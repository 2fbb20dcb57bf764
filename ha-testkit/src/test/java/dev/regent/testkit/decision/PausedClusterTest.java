package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.CLAIM_VACANT;
import static dev.regent.testkit.decision.Decided.PROMOTE;
import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.SnapshotBuilder.NOW;
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

class PausedClusterTest {
    private static final Lsn BEFORE_THE_SWITCH = new Lsn(ServerBuilder.POSITION.value() - 1);

    private static SnapshotBuilder aSnapshot() {
        return SnapshotBuilder.aSnapshot().paused();
    }

    @Test
    void theLeaderGoesOnLeading() {
        assertThat(waits(decide(aSnapshot().primary().leading()), Reason.LEADING))
                .isTrue();
    }

    @Test
    void thePrimaryStaysOneThoughAnotherLeads() {
        assertThat(waits(decide(aSnapshot().primary().ledBy("b")), Reason.PAUSED))
                .isTrue();
    }

    @Test
    void thePrimaryTakesAVacantLeadership() {
        assertThat(decide(aSnapshot().primary())).isEqualTo(Decision.of(CLAIM_VACANT, Reason.PRIMARY_WITHOUT_LEADER));
    }

    @Test
    void aStandbyDoesNotTakeAVacantLeadership() {
        assertThat(waits(decide(aSnapshot().standby()), Reason.PAUSED)).isTrue();
    }

    @Test
    void aServerThatIsDownStaysDown() {
        assertThat(waits(decide(aSnapshot().state(ServerState.CRASHED)), Reason.PAUSED))
                .isTrue();
        assertThat(waits(decide(aSnapshot().state(ServerState.STOPPED).ledBy("b")), Reason.PAUSED))
                .isTrue();
        assertThat(waits(decide(aSnapshot().state(ServerState.ABSENT).ledBy("b")), Reason.PAUSED))
                .isTrue();
    }

    @Test
    void aServerThatWasStoppedForAnotherLeaderComesBackAsItsStandby() {
        SnapshotBuilder stopped = aSnapshot()
                .state(ServerState.STOPPED)
                .server(facts -> facts.primaryData().at(BEFORE_THE_SWITCH))
                .view(facts -> facts.timelineEnded(ServerBuilder.TIMELINE, ServerBuilder.POSITION))
                .member(MemberBuilder.aMember("b").primary().at(ServerBuilder.TIMELINE + 1, ServerBuilder.POSITION))
                .ledBy("b")
                .done(new Operation.Stop(StopMode.GRACEFUL), ofSeconds(3));

        assertThat(decide(stopped))
                .isEqualTo(Decision.of(
                        new Operation.StartStandby(Optional.of(Decided.upstream("b"))), Reason.READY_TO_FOLLOW));
    }

    @Test
    void itIsStartedOnceAndWhatAPersonStopsLaterStaysDown() {
        SnapshotBuilder stopped = aSnapshot()
                .state(ServerState.STOPPED)
                .ledBy("b")
                .done(new Operation.Stop(StopMode.GRACEFUL), ofSeconds(9))
                .done(new Operation.StartStandby(Optional.empty()), ofSeconds(8));

        assertThat(waits(decide(stopped), Reason.PAUSED)).isTrue();
    }

    @Test
    void theLeaderWaitsForTheCandidateToHoldTheEndOfItsLogAndOtherwiseGoesOn() {
        assertThat(decide(handingOver().answering("b", BEFORE_THE_SWITCH)).reason())
                .isEqualTo(Reason.SUCCESSOR_CATCHING_UP);
        assertThat(decide(handingOver().answering("b")).action())
                .isEqualTo(
                        new Action.ReleaseLeadership(ViewBuilder.LEADER_REVISION, Optional.of(ServerBuilder.POSITION)));
        assertThat(decide(handingOver().silent("b")).action()).isEqualTo(new Operation.StartPrimary());
    }

    @Test
    void aLeaderWithoutARunningPrimaryMakesRoom() {
        Decision release = Decision.of(
                new Action.ReleaseLeadership(ViewBuilder.LEADER_REVISION, Optional.empty()),
                Reason.PAUSED_WITHOUT_PRIMARY);

        assertThat(decide(aSnapshot().state(ServerState.CRASHED).leading())).isEqualTo(release);
        assertThat(decide(aSnapshot().standby().leading())).isEqualTo(release);
    }

    @Test
    void aLeaderWhoseServerStartsIsGivenTime() {
        assertThat(waits(
                        decide(aSnapshot()
                                .state(ServerState.STARTING)
                                .server(ServerBuilder::primaryData)
                                .leading()),
                        Reason.PAUSED))
                .isTrue();
    }

    @Test
    void aStandbyStillFollowsANewLeader() {
        assertThat(decide(aSnapshot().standby().ledBy("b")))
                .isEqualTo(
                        Decision.of(new Operation.Follow(Optional.of(Decided.upstream("b"))), Reason.LEADER_CHANGED));
    }

    @Test
    void theLeaderMakesRoomForANamedCandidate() {
        assertThat(decide(aSnapshot().primary().leading().switchoverTo("b").answering("b")))
                .isEqualTo(stop(StopMode.GRACEFUL, Reason.HANDING_OVER));
    }

    @Test
    void theLeaderDoesNotMakeRoomForJustAnybody() {
        assertThat(decide(aSnapshot()
                        .primary()
                        .leading()
                        .view(facts -> facts.request(Optional.of("a"), Optional.empty(), Optional.empty()))
                        .answering("b")))
                .isEqualTo(Decision.of(
                        new Action.ConsumeRequest(ViewBuilder.REQUEST_REVISION), Reason.REQUEST_IMPOSSIBLE));
    }

    @Test
    void aScheduleDoesNotCount() {
        SnapshotBuilder scheduled = aSnapshot()
                .primary()
                .leading()
                .view(facts -> facts.request(Optional.of("a"), Optional.of("b"), Optional.of(NOW)))
                .answering("b");
        SnapshotBuilder candidate = aSnapshot()
                .standby()
                .view(facts -> facts.request(Optional.of("b"), Optional.of("a"), Optional.of(NOW)));

        assertThat(waits(decide(scheduled), Reason.LEADING)).isTrue();
        assertThat(waits(decide(candidate), Reason.PAUSED)).isTrue();
    }

    @Test
    void theRequestedCandidateTakesOver() {
        assertThat(decide(aSnapshot().standby().failoverTo("a")))
                .isEqualTo(Decision.of(CLAIM_VACANT, Reason.REQUESTED_CANDIDATE));
        assertThat(decide(aSnapshot().standby().leading().failoverTo("a")))
                .isEqualTo(Decision.of(PROMOTE, Reason.REQUESTED_CANDIDATE));
    }

    @Test
    void theRequestedCandidateDoesNotTakeOverBesideALivePrimary() {
        assertThat(waits(decide(aSnapshot().standby().failoverTo("a").answeringAsPrimary("b")), Reason.NOT_STANDING))
                .isTrue();
    }

    @Test
    void theRequestedCandidateDoesNotTakeOverWithoutWhatWasPromised() {
        assertThat(waits(
                        decide(aSnapshot()
                                .standby()
                                .synchronous()
                                .view(facts -> facts.sync("b", 0, "c"))
                                .switchoverTo("a")),
                        Reason.NOT_STANDING))
                .isTrue();
    }

    /** The primary is stopped so that another may lead. */
    private static SnapshotBuilder handingOver() {
        return aSnapshot()
                .state(ServerState.STOPPED)
                .server(ServerBuilder::primaryData)
                .leading()
                .done(new Operation.Stop(StopMode.GRACEFUL), ofSeconds(3))
                .switchoverTo("b");
    }
}
