package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.START_PRIMARY;
import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.SnapshotBuilder.NOW;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.StopMode;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandoverTest {
    private static final Lsn BEFORE_THE_END = new Lsn(ServerBuilder.POSITION.value() - 1);
    private static final Decision MAKE_ROOM = stop(StopMode.GRACEFUL, Reason.HANDING_OVER);

    @Test
    void theLeaderStopsForACandidateThatCanLead() {
        assertThat(decide(leader().switchoverTo("b").answering("b"))).isEqualTo(MAKE_ROOM);
        assertThat(decide(leader().failoverTo("b").answering("b"))).isEqualTo(MAKE_ROOM);
    }

    @Test
    void theLeaderStopsForAnybodyWhoCanLeadWhenNobodyIsNamed() {
        assertThat(decide(leader().view(facts -> facts.request(Optional.of("a"), Optional.empty(), Optional.empty()))
                        .answering("b")))
                .isEqualTo(MAKE_ROOM);
    }

    @Test
    void aCandidateThatCannotLeadIsRefused() {
        assertThat(decide(leader().switchoverTo("b").silent("b").answering("c")))
                .isEqualTo(refused());
        assertThat(decide(leader().switchoverTo("b").peer("b", answer(Map.of("nofailover", true), false))))
                .isEqualTo(refused());
        assertThat(decide(leader().switchoverTo("b").peer("b", answer(Map.of(), true))))
                .isEqualTo(refused());
        assertThat(decide(leader().switchoverTo("b").answering("b", new Lsn(1))))
                .isEqualTo(refused());
    }

    @Test
    void aCandidateOnAnOldTimelineIsRefused() {
        assertThat(decide(leader().server(facts -> facts.at(2, ServerBuilder.POSITION))
                        .view(facts -> facts.timelineEnded(1, ServerBuilder.POSITION))
                        .switchoverTo("b")
                        .peer("b", answer(Map.of(), false))))
                .isEqualTo(refused());
    }

    @Test
    void aSwitchoverGoesOnlyToSynchronousStandbysAndAFailoverToAny() {
        SnapshotBuilder synchronous =
                leader().synchronous().view(facts -> facts.sync("a", 0, "c")).answering("b");

        assertThat(decide(synchronous.switchoverTo("b"))).isEqualTo(refused());
        assertThat(decide(synchronous.failoverTo("b"))).isEqualTo(MAKE_ROOM);
    }

    @Test
    void aRequestThatHasHappenedIsTakenOffTheTable() {
        assertThat(decide(leader().failoverTo("a"))).isEqualTo(consumed(Reason.REQUEST_FULFILLED));
        assertThat(decide(leader().view(facts -> facts.request(Optional.of("b"), Optional.empty(), Optional.empty()))))
                .isEqualTo(consumed(Reason.REQUEST_FULFILLED));
    }

    @Test
    void aScheduledRequestIsWaitedFor() {
        Decision decision = decide(scheduled(NOW.plusMinutes(5)));

        assertThat(decision).isEqualTo(Decision.of(new Action.Wait(ofMinutes(5)), Reason.LEADING));
    }

    @Test
    void aScheduledRequestIsCarriedOutWhenItIsDue() {
        assertThat(decide(scheduled(NOW))).isEqualTo(MAKE_ROOM);
        assertThat(decide(scheduled(NOW.minusSeconds(15)))).isEqualTo(MAKE_ROOM);
    }

    @Test
    void aScheduledRequestThatWasMissedIsDropped() {
        assertThat(decide(scheduled(NOW.minusSeconds(16)))).isEqualTo(consumed(Reason.REQUEST_STALE));
    }

    @Test
    void afterTheStopTheLeadershipIsGivenAwayWithTheEndOfTheLog() {
        assertThat(decide(stopped().switchoverTo("b").answering("b")))
                .isEqualTo(Decision.of(
                        new Action.ReleaseLeadership(ViewBuilder.LEADER_REVISION, Optional.of(ServerBuilder.POSITION)),
                        Reason.HANDING_OVER));
    }

    @Test
    void aServerThatWasStoppedForACandidateThatIsGoneStartsAgain() {
        assertThat(decide(stopped().switchoverTo("b").silent("b")))
                .isEqualTo(Decision.of(START_PRIMARY, Reason.LEADER_SERVER_DOWN));
    }

    @Test
    void aScheduledRequestThatIsNotDueDoesNotKeepTheServerDown() {
        assertThat(decide(stopped()
                        .view(facts ->
                                facts.request(Optional.of("a"), Optional.of("b"), Optional.of(NOW.plusSeconds(1))))
                        .answering("b")))
                .isEqualTo(Decision.of(START_PRIMARY, Reason.LEADER_SERVER_DOWN));
    }

    @Test
    void aCandidateThatLacksTheEndOfTheLogIsWaitedForForOneLoopWait() {
        assertThat(decide(stopped()
                        .server(facts -> facts.inState(ofMillis(9_999)))
                        .switchoverTo("b")
                        .answering("b", BEFORE_THE_END)))
                .isEqualTo(Decision.of(new Action.Wait(ofMillis(200)), Reason.SUCCESSOR_CATCHING_UP));
    }

    @Test
    void aSwitchoverIsGivenUpThenAndAFailoverAcceptsTheLoss() {
        SnapshotBuilder later =
                stopped().server(facts -> facts.inState(ofSeconds(10))).answering("b", BEFORE_THE_END);

        assertThat(decide(later.switchoverTo("b"))).isEqualTo(refused());
        assertThat(decide(later.failoverTo("b"))).isEqualTo(released(Optional.of(ServerBuilder.POSITION)));
    }

    @Test
    void onlyTheNamedCandidateIsLookedAt() {
        assertThat(decide(stopped()
                        .switchoverTo("b")
                        .answering("b", BEFORE_THE_END)
                        .answering("c")))
                .isEqualTo(Decision.of(new Action.Wait(ofMillis(200)), Reason.SUCCESSOR_CATCHING_UP));
    }

    @Test
    void aServerOfWhichTheEndIsNotKnownNeedsNobodyToHoldIt() {
        assertThat(decide(stopped()
                        .server(facts -> facts.at(Lsn.ZERO))
                        .switchoverTo("b")
                        .answering("b", BEFORE_THE_END)))
                .isEqualTo(released(Optional.empty()));
    }

    @Test
    void aServerThatDidNotStopInGoodOrderIsReplacedOnlyBySynchronousStandbys() {
        SnapshotBuilder crashed = stopped().state(ServerState.CRASHED).answering("b");

        assertThat(decide(crashed.switchoverTo("b"))).isEqualTo(Decision.of(START_PRIMARY, Reason.LEADER_SERVER_DOWN));
        assertThat(decide(crashed.synchronous().view(facts -> facts.sync("a", 0, "b"))))
                .isEqualTo(released(Optional.empty()));
        assertThat(decide(crashed.view(facts -> facts.sync("a", 0, "c"))))
                .isEqualTo(Decision.of(START_PRIMARY, Reason.LEADER_SERVER_DOWN));
        assertThat(decide(crashed.view(facts -> facts.sync("a", 0, "b")).server(ServerBuilder::standbyData))
                        .action())
                .isInstanceOf(Operation.StartStandby.class);
    }

    @Test
    void aPersonsFailoverDoesNotWaitForTheRecoveryOfACrashedServer() {
        SnapshotBuilder crashed = stopped().state(ServerState.CRASHED).failoverTo("b");
        SnapshotBuilder recovering = stopped().state(ServerState.STARTING).failoverTo("b");

        assertThat(decide(crashed.answering("b"))).isEqualTo(released(Optional.empty()));
        assertThat(decide(recovering.answering("b"))).isEqualTo(stop(StopMode.IMMEDIATE, Reason.HANDING_OVER));
        assertThat(decide(recovering.running(START_PRIMARY)))
                .isEqualTo(Decision.of(Action.CANCEL_OPERATION, Reason.HANDING_OVER));
    }

    @Test
    void aSwitchoverWaitsForItUnlessTheCandidateHoldsWhatWasPromised() {
        SnapshotBuilder recovering =
                stopped().state(ServerState.STARTING).switchoverTo("b").answering("b");

        assertThat(decide(recovering).reason()).isEqualTo(Reason.SERVER_STARTING);
        assertThat(decide(recovering.running(START_PRIMARY)).reason()).isEqualTo(Reason.OPERATION_UNDER_WAY);
        assertThat(decide(recovering.synchronous().view(facts -> facts.sync("a", 0, "b"))))
                .isEqualTo(Decision.of(Action.CANCEL_OPERATION, Reason.HANDING_OVER));
    }

    @Test
    void aStartIsNotCutShortForACandidateThatDoesNotAnswerNorInAPausedCluster() {
        assertThat(decide(stopped().state(ServerState.STARTING).failoverTo("b").silent("b"))
                        .reason())
                .isEqualTo(Reason.SERVER_STARTING);
        assertThat(decide(stopped()
                                .state(ServerState.STARTING)
                                .paused()
                                .failoverTo("b")
                                .answering("b")
                                .running(START_PRIMARY))
                        .reason())
                .isEqualTo(Reason.OPERATION_UNDER_WAY);
    }

    private static SnapshotBuilder leader() {
        return aSnapshot().primary().leading();
    }

    private static SnapshotBuilder stopped() {
        return aSnapshot()
                .state(ServerState.STOPPED)
                .server(ServerBuilder::primaryData)
                .leading();
    }

    private static SnapshotBuilder scheduled(OffsetDateTime at) {
        return leader().view(facts -> facts.request(Optional.of("a"), Optional.of("b"), Optional.of(at)))
                .answering("b");
    }

    private static Decision released(Optional<Lsn> end) {
        return Decision.of(new Action.ReleaseLeadership(ViewBuilder.LEADER_REVISION, end), Reason.HANDING_OVER);
    }

    private static Decision refused() {
        return consumed(Reason.REQUEST_IMPOSSIBLE);
    }

    private static Decision consumed(Reason reason) {
        return Decision.of(new Action.ConsumeRequest(ViewBuilder.REQUEST_REVISION), reason);
    }

    private static PeerStatus answer(Map<String, Object> tags, boolean watchdogFailed) {
        return new PeerStatus.Answer(
                true,
                WalPosition.ofStandby(1, ServerBuilder.POSITION, ServerBuilder.POSITION),
                new Tags(tags),
                watchdogFailed);
    }
}
