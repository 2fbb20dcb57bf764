package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.START_PRIMARY;
import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.Decided.upstream;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.SnapshotBuilder.NOW;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.NodeOrder;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.OrderOutcome;
import dev.regent.ha.decision.OrderOutcome.Kind;
import dev.regent.ha.decision.OrderStep;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.model.Role;
import dev.regent.ha.model.ScheduledRestart;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a person asks of one node is done step by step, by the rules that hold anyway. */
class OrderedNodeTest {
    private static final NodeOrder RESTART = new NodeOrder.Restart(RestartConditions.NONE);
    private static final NodeOrder COPY = new NodeOrder.Reinitialize(false, false);
    private static final Decision BEGIN = Decision.of(new OrderStep.Begin(), Reason.ORDERED);

    @Test
    void aRestartIsBegunThenTheServerIsStoppedInOrder() {
        assertThat(decide(leader().ordered(RESTART))).isEqualTo(BEGIN);
        assertThat(decide(leader().carriesOut(RESTART, ofSeconds(1))))
                .isEqualTo(stop(StopMode.GRACEFUL, Reason.ORDERED));
        assertThat(decide(follower().ordered(RESTART))).isEqualTo(BEGIN);
        assertThat(decide(follower().carriesOut(RESTART, ofSeconds(1))))
                .isEqualTo(stop(StopMode.GRACEFUL, Reason.ORDERED));
    }

    @Test
    void theStoppedServerStartsAgainWhileItsNodeKeepsLeading() {
        assertThat(decide(stoppedLeader().carriesOut(RESTART, ofSeconds(5))))
                .isEqualTo(Decision.of(START_PRIMARY, Reason.LEADER_SERVER_DOWN));
    }

    @Test
    void aServerThatRunsSinceAnotherTimeHasBeenRestarted() {
        assertThat(outcome(stopped(leader()).server(facts -> facts.startedAt("2031-03-01 12:00:00+00:00"))))
                .isEqualTo(Kind.DONE);
        assertThat(decide(stopped(leader())).action()).isNotInstanceOf(OrderStep.class);
    }

    @Test
    void aServerThatDoesNotStartIsToldOf() {
        assertThat(outcome(stopped(stoppedLeader()).failed(START_PRIMARY, ofSeconds(1))))
                .isEqualTo(Kind.FAILED);
        assertThat(outcome(follower()
                        .carriesOut(RESTART, ofSeconds(5))
                        .failed(new Operation.Stop(StopMode.GRACEFUL), ofSeconds(1))))
                .isEqualTo(Kind.FAILED);
        assertThat(outcome(aSnapshot()
                        .state(ServerState.STARTING)
                        .server(ServerBuilder::primaryData)
                        .leading()
                        .carriesOut(restart(ofSeconds(5)), ofSeconds(20))
                        .done(new Operation.Stop(StopMode.GRACEFUL), ofSeconds(6))))
                .isEqualTo(Kind.STILL_STARTING);
    }

    @Test
    void aStartThatTakesLongerThanThePersonAllowsIsCutShortForOthers() {
        SnapshotBuilder starting = aSnapshot()
                .state(ServerState.STARTING)
                .server(ServerBuilder::primaryData)
                .leading()
                .answering("b")
                .running(START_PRIMARY, ofSeconds(6));

        assertThat(decide(starting.carriesOut(restart(ofSeconds(5)), ofSeconds(20))))
                .isEqualTo(Decision.of(Action.CANCEL_OPERATION, Reason.START_TAKES_TOO_LONG));
        assertThat(decide(starting.carriesOut(RESTART, ofSeconds(20))).action()).isInstanceOf(Action.Wait.class);
    }

    @Test
    void aStandbyThatDoesNotComeBackIsToldOf() {
        SnapshotBuilder down = aSnapshot()
                .state(ServerState.STOPPED)
                .ledBy("b")
                .carriesOut(RESTART, ofSeconds(5))
                .done(new Operation.Stop(StopMode.GRACEFUL), ofSeconds(4));

        assertThat(outcome(down.failed(new Operation.StartStandby(Optional.empty()), ofSeconds(1))))
                .isEqualTo(Kind.FAILED);
        assertThat(outcome(aSnapshot().state(ServerState.ABSENT).ledBy("b").carriesOut(RESTART, ofSeconds(5))))
                .isEqualTo(Kind.FAILED);
    }

    @Test
    void theTimeToStartCountsFromTheStopAndASecondMoreIsTooLong() {
        SnapshotBuilder starting = aSnapshot()
                .state(ServerState.STARTING)
                .server(ServerBuilder::primaryData)
                .leading()
                .carriesOut(restart(ofSeconds(5)), ofSeconds(20));

        assertThat(decide(starting.done(new Operation.Stop(StopMode.GRACEFUL), ofSeconds(5)))
                        .action())
                .isEqualTo(new Action.Wait(ofSeconds(1)));
        assertThat(outcome(starting.done(new Operation.Stop(StopMode.GRACEFUL), ofSeconds(6))))
                .isEqualTo(Kind.STILL_STARTING);
    }

    @Test
    void aServerThatRunsButDoesNotAnswerHasNotRestartedYet() {
        assertThat(decide(stopped(aSnapshot()
                                .state(ServerState.UNRESPONSIVE)
                                .server(facts -> facts.primaryData().startedAt("2031-03-01 12:00:00+00:00"))
                                .leading()))
                        .action())
                .isInstanceOf(Action.Wait.class);
    }

    @Test
    void inAStandbyClusterTheLeaderIsAStandbyLeader() {
        SnapshotBuilder leads = aSnapshot()
                .standbyCluster("remote")
                .standby()
                .server(facts -> facts.following("remote"))
                .leading();

        assertThat(decide(leads.ordered(only(Role.STANDBY_LEADER)))).isEqualTo(BEGIN);
        assertThat(outcome(leads.ordered(only(Role.REPLICA)))).isEqualTo(Kind.CONDITIONS_NOT_MET);
    }

    @Test
    void inAPausedClusterAPrimaryThatDoesNotLeadIsNotRestarted() {
        assertThat(outcome(aSnapshot().primary().ledBy("b").paused().ordered(RESTART)))
                .isEqualTo(Kind.FAILED);
    }

    @Test
    void aMemberWithoutLeaderIsRestartedToo() {
        assertThat(decide(aSnapshot().standby().ordered(RESTART))).isEqualTo(BEGIN);
        assertThat(decide(aSnapshot().standby().paused().ordered(RESTART))).isEqualTo(BEGIN);
        assertThat(decide(aSnapshot().state(ServerState.STOPPED).paused().carriesOut(RESTART, ofSeconds(5))))
                .isEqualTo(Decision.of(new Operation.StartStandby(Optional.empty()), Reason.ORDERED));
        assertThat(decide(follower().paused().ordered(RESTART))).isEqualTo(BEGIN);
    }

    @Test
    void whatIsCarriedOutAlreadyIsNotRefusedWhileTheStoreIsAway() {
        assertThat(decide(follower().blind().carriesOut(RESTART, ofSeconds(5))).action())
                .isInstanceOf(Action.Wait.class);
    }

    @Test
    void conditionsThatAreNotMetAreToldOf() {
        assertThat(outcome(leader().ordered(only(Role.REPLICA)))).isEqualTo(Kind.CONDITIONS_NOT_MET);
        assertThat(outcome(follower().ordered(only(Role.PRIMARY)))).isEqualTo(Kind.CONDITIONS_NOT_MET);
        assertThat(outcome(leader().ordered(olderThan("16.4")))).isEqualTo(Kind.CONDITIONS_NOT_MET);
        assertThat(outcome(leader().ordered(ifPending()))).isEqualTo(Kind.CONDITIONS_NOT_MET);

        assertThat(decide(leader().ordered(only(Role.PRIMARY)))).isEqualTo(BEGIN);
        assertThat(decide(leader().ordered(olderThan("16.5")))).isEqualTo(BEGIN);
        assertThat(decide(leader().ordered(ifPending()).server(ServerBuilder::pendingRestart)))
                .isEqualTo(BEGIN);
    }

    @Test
    void somethingThatTakesLongMustBeFinishedFirstAndWhatTakesAMomentIsWaitedFor() {
        assertThat(outcome(
                        follower().running(new Operation.Rewind(upstream("b"))).ordered(RESTART)))
                .isEqualTo(Kind.BUSY);
        assertThat(waits(
                        decide(follower()
                                .running(new Operation.ChangeSlots(SlotChanges.creating()))
                                .ordered(RESTART)),
                        Reason.OPERATION_UNDER_WAY))
                .isTrue();
    }

    @Test
    void nobodyWaitsForAnswersUntilTheStoreIsBack() {
        assertThat(outcome(follower().blind().ordered(RESTART))).isEqualTo(Kind.FAILED);
    }

    @Test
    void aPrimaryThatMustBeFencedIsFencedWhateverWasOrdered() {
        assertThat(decide(aSnapshot().primary().ledBy("b").ordered(RESTART)))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.NOT_THE_LEADER));
        assertThat(decide(leader().sessionLeft(ofSeconds(1)).ordered(RESTART)))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.SESSION_RUNNING_OUT));
    }

    @Test
    void inAPausedClusterAServerIsRestartedAndNothingElseStarts() {
        assertThat(decide(leader().paused().ordered(RESTART))).isEqualTo(BEGIN);
        assertThat(decide(stoppedLeader().paused().carriesOut(RESTART, ofSeconds(5))))
                .isEqualTo(Decision.of(START_PRIMARY, Reason.LEADER_SERVER_DOWN));
        assertThat(decide(aSnapshot()
                                .state(ServerState.STOPPED)
                                .server(ServerBuilder::standbyData)
                                .ledBy("b")
                                .paused()
                                .carriesOut(RESTART, ofSeconds(5)))
                        .action())
                .isInstanceOf(Operation.StartStandby.class);
    }

    @Test
    void aSynchronousStandbyIsLetOffBeforeItStopsButDoesNotWaitForEver() {
        SnapshotBuilder waitedFor = follower().synchronous().view(facts -> facts.sync("b", 0, "a"));

        assertThat(waits(decide(waitedFor.ordered(RESTART)), Reason.LEAVING_SYNCHRONOUS_DUTY))
                .isTrue();
        assertThat(waits(decide(waitedFor.ordered(COPY)), Reason.LEAVING_SYNCHRONOUS_DUTY))
                .isTrue();
        assertThat(decide(waitedFor.ordered(RESTART, ofSeconds(20)))).isEqualTo(BEGIN);
    }

    @Test
    void aCopyIsBegunThenTheServerEndsAndItsDataIsGivenUp() {
        assertThat(decide(follower().ordered(COPY))).isEqualTo(BEGIN);
        assertThat(decide(follower().carriesOut(COPY, ofSeconds(1))))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.ORDERED));
        assertThat(decide(aSnapshot()
                        .state(ServerState.CRASHED)
                        .ledBy("b")
                        .carriesOut(COPY, ofSeconds(5))
                        .done(new Operation.Stop(StopMode.IMMEDIATE), ofSeconds(1))))
                .isEqualTo(Decision.of(new Operation.Discard(), Reason.ORDERED));
        assertThat(decide(aSnapshot()
                        .state(ServerState.ABSENT)
                        .ledBy("b")
                        .paused()
                        .carriesOut(COPY, ofSeconds(5))))
                .isEqualTo(Decision.of(new Operation.Clone(upstream("b")), Reason.LEADER_CAN_BE_CLONED));
    }

    @Test
    void aCopyOfTheLeaderTakesNoOther() {
        SnapshotBuilder empty = aSnapshot()
                .state(ServerState.ABSENT)
                .ledBy("b")
                .member(MemberBuilder.aMember("c").tag("clonefrom", true));

        assertThat(decide(empty.carriesOut(COPY, ofSeconds(5))).action()).isEqualTo(new Operation.Clone(upstream("c")));
        assertThat(decide(empty.carriesOut(new NodeOrder.Reinitialize(false, true), ofSeconds(5)))
                        .action())
                .isEqualTo(new Operation.Clone(upstream("b")));
    }

    @Test
    void theLeadersDataIsNotGivenUpNorThatOfAMemberWithoutLeader() {
        assertThat(outcome(leader().ordered(COPY))).isEqualTo(Kind.I_LEAD);
        assertThat(outcome(aSnapshot().standby().ordered(COPY))).isEqualTo(Kind.NO_LEADER);
        assertThat(outcome(aSnapshot().state(ServerState.STOPPED).carriesOut(COPY, ofSeconds(5))))
                .isEqualTo(Kind.NO_LEADER);
    }

    @Test
    void aForcedCopyCancelsWhatIsUnderWay() {
        SnapshotBuilder rewinding = follower().running(new Operation.Rewind(upstream("b")));

        assertThat(decide(rewinding.ordered(new NodeOrder.Reinitialize(true, false))))
                .isEqualTo(Decision.of(Action.CANCEL_OPERATION, Reason.ORDERED));
    }

    @Test
    void aScheduledRestartIsWaitedForBegunWhenDueAndDroppedWhenItIsTooLate() {
        assertThat(decide(scheduled(NOW.plusSeconds(7))).action()).isEqualTo(new Action.Wait(ofSeconds(7)));
        assertThat(decide(scheduled(NOW)))
                .isEqualTo(Decision.of(new OrderStep.BeginScheduled(), Reason.SCHEDULED_RESTART_DUE));
        assertThat(decide(scheduled(NOW.minusSeconds(15)))).isEqualTo(decide(scheduled(NOW)));
        assertThat(decide(scheduled(NOW.minusSeconds(16))))
                .isEqualTo(Decision.of(new OrderStep.DropScheduled(), Reason.SCHEDULED_RESTART_STALE));
    }

    @Test
    void aScheduledRestartIsDroppedWhenTheServerWasRestartedMeanwhileAndRestsDuringAPause() {
        assertThat(decide(scheduled(NOW.plusMinutes(5)).server(facts -> facts.startedAt("2031-03-01 11:00:00+00:00"))))
                .isEqualTo(Decision.of(new OrderStep.DropScheduled(), Reason.SCHEDULED_RESTART_OVERTAKEN));
        assertThat(decide(scheduled(NOW).paused()).action()).isInstanceOf(Action.Wait.class);
    }

    private static SnapshotBuilder scheduled(OffsetDateTime at) {
        return leader().scheduledRestart(
                        new ScheduledRestart(at, RestartConditions.NONE, Optional.of(ServerBuilder.STARTED_AT)));
    }

    private static SnapshotBuilder leader() {
        return aSnapshot().primary().leading();
    }

    private static SnapshotBuilder follower() {
        return aSnapshot().standby().server(facts -> facts.following("b")).ledBy("b");
    }

    private static SnapshotBuilder stoppedLeader() {
        return aSnapshot()
                .state(ServerState.STOPPED)
                .server(ServerBuilder::primaryData)
                .leading()
                .done(new Operation.Stop(StopMode.GRACEFUL), ofSeconds(1));
    }

    /** Has been stopped for its restart. */
    private static SnapshotBuilder stopped(SnapshotBuilder now) {
        return now.carriesOut(RESTART, ofSeconds(5)).done(new Operation.Stop(StopMode.GRACEFUL), ofSeconds(2));
    }

    private static Kind outcome(SnapshotBuilder now) {
        Action action = decide(now).action();
        assertThat(action).isInstanceOf(OrderStep.Close.class);
        OrderOutcome outcome = ((OrderStep.Close) action).outcome();
        return outcome.kind();
    }

    private static NodeOrder restart(Duration timeout) {
        return new NodeOrder.Restart(
                new RestartConditions(Optional.empty(), Optional.empty(), false, Optional.of(timeout)));
    }

    private static NodeOrder only(Role role) {
        return new NodeOrder.Restart(
                new RestartConditions(Optional.of(role), Optional.empty(), false, Optional.empty()));
    }

    private static NodeOrder olderThan(String version) {
        return new NodeOrder.Restart(
                new RestartConditions(Optional.empty(), Optional.of(version), false, Optional.empty()));
    }

    private static NodeOrder ifPending() {
        return new NodeOrder.Restart(new RestartConditions(Optional.empty(), Optional.empty(), true, Optional.empty()));
    }
}
