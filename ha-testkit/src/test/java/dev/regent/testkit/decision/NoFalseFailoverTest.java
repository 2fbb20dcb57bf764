package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.SlotChanges;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What looks like the failure of a primary and is none does not cost it the leadership. */
class NoFalseFailoverTest {
    private static final Duration FOR_HOURS = Duration.ofHours(3);

    private static SnapshotBuilder silentPrimary() {
        return aSnapshot()
                .state(ServerState.UNRESPONSIVE)
                .server(ServerBuilder::primaryData)
                .leading()
                .answering("b");
    }

    @Test
    void aProbeThatIsSlowDoesNotDemoteThePrimaryWhoeverCouldTakeOver() {
        assertThat(decide(silentPrimary()).action()).isInstanceOf(Action.Wait.class);
        assertThat(decide(silentPrimary()).reason()).isEqualTo(Reason.SERVER_DOES_NOT_ANSWER);
    }

    @Test
    void norDoesOneThatHasBeenSlowForHours() {
        assertThat(decide(silentPrimary().server(server -> server.inState(FOR_HOURS)))
                        .action())
                .isInstanceOf(Action.Wait.class);
        assertThat(decide(silentPrimary()
                                .server(server -> server.inState(FOR_HOURS))
                                .configured("primary_start_timeout", 0))
                        .action())
                .isInstanceOf(Action.Wait.class);
    }

    @Test
    void aChangeThatHangsOnASlowQueryLeavesThePrimaryWhatItIs() {
        List<Operation> slow = List.of(
                new Operation.BeginCheckpoint(),
                new Operation.ChangeSlots(SlotChanges.creating("b")),
                new Operation.SetSynchronousStandbys("b"));
        for (Operation operation : slow) {
            assertThat(decide(aSnapshot().primary().leading().answering("b").running(operation, FOR_HOURS))
                            .action())
                    .isInstanceOf(Action.Wait.class);
        }
    }

    @Test
    void aStoreThatIsSilentForAMomentLeavesThePrimaryWhatItIs() {
        assertThat(decide(aSnapshot().primary().blind().sessionLeft(ofSeconds(15)))
                        .action())
                .isInstanceOf(Action.Wait.class);
    }

    @Test
    void membersWithTheirEyesOnTheLogDoNotRaceBeforeItIsQuiet() {
        SnapshotBuilder standby = aSnapshot()
                .standby()
                .server(server -> server.following("b"))
                .configured("primary_race_backoff", 25)
                .silent("b");

        assertThat(decide(standby.vacantFor(ofSeconds(1))).reason()).isEqualTo(Reason.RACE_POSTPONED);
        assertThat(decide(standby.vacantFor(ofSeconds(20)).logGrew(ofSeconds(2)))
                        .reason())
                .isEqualTo(Reason.RACE_POSTPONED);
        assertThat(decide(standby.vacantFor(ofSeconds(26)).logGrew(ofSeconds(2)))
                        .action())
                .isInstanceOf(Action.ClaimLeadership.class);
    }

    @Test
    void aPrimaryThatStillAnswersKeepsOthersFromRacing() {
        assertThat(decide(aSnapshot().standby().answeringAsPrimary("b")).reason())
                .isEqualTo(Reason.NOT_STANDING);
    }
}
