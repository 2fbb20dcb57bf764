package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.PROMOTE;
import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacingTest {
    private static final Operation CHANGE_SLOTS = new Operation.ChangeSlots(SlotChanges.creating("b"));
    private static final Operation FOLLOW = new Operation.Follow(Optional.of(Decided.upstream("b")));

    @Test
    void whatFailedIsNotRepeatedAtOnceAndSaysWhy() {
        Decision decision = decide(aSnapshot().standby().leading().failed(PROMOTE, ofMillis(400)));

        assertThat(decision.action()).isEqualTo(new Action.Wait(ofMillis(600)));
        assertThat(decision.explanation())
                .isEqualTo("the last attempt failed and it is too early for the next: promote: it broke");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "4, 8", "5, 16", "6, 30", "7, 30", "1000, 30"})
    void thePauseAfterFailuresDoublesUpToHalfAMinute(int failures, int seconds) {
        assertThat(decide(aSnapshot().standby().leading().failed(PROMOTE, Duration.ZERO, failures))
                        .action())
                .isEqualTo(new Action.Wait(ofSeconds(seconds)));
        assertThat(decide(aSnapshot().standby().leading().failed(PROMOTE, ofSeconds(seconds), failures))
                        .action())
                .isEqualTo(PROMOTE);
    }

    @Test
    void anAdjustmentWithoutVisibleEffectIsNotRepeatedBeforeTheLoopWait() {
        assertThat(waits(decide(aSnapshot().standby().ledBy("b").done(FOLLOW, ofSeconds(9))), Reason.SETTLING))
                .isTrue();
        assertThat(decide(aSnapshot().standby().ledBy("b").done(FOLLOW, ofSeconds(10)))
                        .action())
                .isEqualTo(FOLLOW);
    }

    @Test
    void anotherAdjustmentOfTheSameKindIsMadeAtOnce() {
        Operation followAnother = new Operation.Follow(Optional.of(Decided.upstream("c")));

        assertThat(decide(aSnapshot().standby().ledBy("b").done(followAnother, ofSeconds(1)))
                        .action())
                .isEqualTo(FOLLOW);
    }

    @Test
    void fencingNeverRests() {
        Operation stop = new Operation.Stop(StopMode.IMMEDIATE);

        assertThat(decide(aSnapshot().primary().ledBy("b").failed(stop, Duration.ZERO)))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.NOT_THE_LEADER));
    }

    @Test
    void slotsThatCannotBeMadeDoNotKeepTheLeaderFromItsCheckpoint() {
        Decision checkpoint = Decision.of(new Operation.BeginCheckpoint(), Reason.CHECKPOINT_DUE);

        assertThat(decide(needingSlotAndCheckpoint().failed(CHANGE_SLOTS, Duration.ZERO)))
                .isEqualTo(checkpoint);
        assertThat(decide(needingSlotAndCheckpoint().done(CHANGE_SLOTS, ofSeconds(1))))
                .isEqualTo(checkpoint);
    }

    @Test
    void theFirstOfSeveralThatRestIsNamed() {
        Decision decision = decide(needingSlotAndCheckpoint()
                .failed(CHANGE_SLOTS, Duration.ZERO)
                .failed(new Operation.BeginCheckpoint(), Duration.ZERO));

        assertThat(decision.explanation()).contains("make the slots [b]");
    }

    @Test
    void aConfigurationThatCannotBeTakenOverDoesNotKeepALeaderFromItsPromotion() {
        SnapshotBuilder changed = aSnapshot().standby().leading().configNotApplied();
        Operation configure =
                new Operation.Configure(changed.build().unappliedConfig().orElseThrow());

        assertThat(decide(changed).action()).isEqualTo(configure);
        assertThat(decide(changed.failed(configure, Duration.ZERO)).action()).isEqualTo(PROMOTE);
        assertThat(decide(changed.failed(configure, ofSeconds(1))).action()).isEqualTo(configure);
    }

    private static SnapshotBuilder needingSlotAndCheckpoint() {
        return aSnapshot()
                .primary()
                .server(ServerBuilder::notCheckpointed)
                .leading()
                .member(MemberBuilder.aMember("b"));
    }
}
