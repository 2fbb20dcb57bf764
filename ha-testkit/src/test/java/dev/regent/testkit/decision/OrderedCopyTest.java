package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.upstream;
import static dev.regent.testkit.decision.Decided.waits;
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
import dev.regent.ha.spi.StopMode;
import org.junit.jupiter.api.Test;

/** When a copy that a person has asked for is done, and when it has failed. */
class OrderedCopyTest {
    private static final NodeOrder COPY = new NodeOrder.Reinitialize(false, false);
    private static final Operation CLONE = new Operation.Clone(upstream("b"));

    @Test
    void aCopyIsDoneWhenTheDataIsThereAndTheServerStartsByItself() {
        assertThat(outcome(copied(ServerState.STOPPED))).isEqualTo(OrderOutcome.of(Kind.DONE));
        assertThat(outcome(aSnapshot()
                        .state(ServerState.STOPPED)
                        .ledBy("b")
                        .carriesOut(COPY, ofSeconds(9))
                        .done(new Operation.Restore(), ofSeconds(1))))
                .isEqualTo(OrderOutcome.of(Kind.DONE));
    }

    @Test
    void inAPausedClusterTheServerIsStartedForIt() {
        assertThat(decide(copied(ServerState.STOPPED).paused()).action()).isInstanceOf(Operation.StartStandby.class);
        assertThat(outcome(copied(ServerState.STANDBY).paused())).isEqualTo(OrderOutcome.of(Kind.DONE));
    }

    @Test
    void aCopyThatFailedIsTriedAgain() {
        assertThat(decide(empty().failed(CLONE, ofSeconds(2)))).isEqualTo(cloned());
    }

    @Test
    void aCopyMadeBeforeTheOrderIsNotTheOneAskedFor() {
        assertThat(decide(aSnapshot()
                                .standby()
                                .ledBy("b")
                                .carriesOut(COPY, ofSeconds(9))
                                .done(CLONE, ofSeconds(9)))
                        .action())
                .isEqualTo(new Operation.Stop(StopMode.IMMEDIATE));
    }

    @Test
    void withoutDataTheOrderStaysOpenWhoeverLeads() {
        assertThat(decide(aSnapshot().state(ServerState.ABSENT).carriesOut(COPY, ofSeconds(9)))
                        .action())
                .isNotInstanceOf(OrderStep.class);
    }

    @Test
    void dataThatCannotBeTakenOutOfTheWayAndAServerThatDoesNotStopAreToldOf() {
        assertThat(outcome(aSnapshot()
                        .state(ServerState.CRASHED)
                        .ledBy("b")
                        .carriesOut(COPY, ofSeconds(9))
                        .failed(new Operation.Discard(), ofSeconds(1))))
                .isEqualTo(new OrderOutcome(Kind.FAILED, "it broke"));
        assertThat(outcome(aSnapshot()
                        .standby()
                        .ledBy("b")
                        .carriesOut(COPY, ofSeconds(9))
                        .failed(new Operation.Stop(StopMode.IMMEDIATE), ofSeconds(1))))
                .isEqualTo(new OrderOutcome(Kind.FAILED, "it broke"));
    }

    @Test
    void whatIsBegunIsNotBusyWithItself() {
        assertThat(waits(decide(empty().running(CLONE)), Reason.OPERATION_UNDER_WAY))
                .isTrue();
    }

    @Test
    void whileItIsCarriedOutTheNodeLooksEverySecond() {
        SnapshotBuilder nobodyToCopy = aSnapshot()
                .state(ServerState.ABSENT)
                .ledBy("b")
                .member(MemberBuilder.aMember("b"))
                .carriesOut(COPY, ofSeconds(9));

        assertThat(decide(nobodyToCopy))
                .isEqualTo(Decision.of(new Action.Wait(ofSeconds(1)), Reason.NOTHING_TO_CLONE_FROM));
    }

    @Test
    void successIsWhatIsDoneOrUnderWay() {
        assertThat(OrderOutcome.of(Kind.DONE).isSuccess()).isTrue();
        assertThat(OrderOutcome.of(Kind.STARTED).isSuccess()).isTrue();
        assertThat(OrderOutcome.of(Kind.FAILED).isSuccess()).isFalse();
        assertThat(OrderOutcome.of(Kind.BUSY)).hasToString("BUSY");
        assertThat(new OrderOutcome(Kind.BUSY, "promote")).hasToString("BUSY: promote");
    }

    private static SnapshotBuilder empty() {
        return aSnapshot().state(ServerState.ABSENT).ledBy("b").carriesOut(COPY, ofSeconds(9));
    }

    private static Decision cloned() {
        return Decision.of(CLONE, Reason.LEADER_CAN_BE_CLONED);
    }

    private static SnapshotBuilder copied(ServerState state) {
        return aSnapshot()
                .state(state)
                .ledBy("b")
                .carriesOut(COPY, ofSeconds(9))
                .done(new Operation.Stop(StopMode.IMMEDIATE), ofSeconds(8))
                .done(new Operation.Discard(), ofSeconds(7))
                .done(CLONE, ofSeconds(1));
    }

    private static OrderOutcome outcome(SnapshotBuilder now) {
        Action action = decide(now).action();
        assertThat(action).isInstanceOf(OrderStep.Close.class);
        return ((OrderStep.Close) action).outcome();
    }
}
