package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.NodeOrder;
import dev.regent.ha.decision.PublicTags;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.model.Tags;
import dev.regent.ha.spi.StopMode;
import org.junit.jupiter.api.Test;

/** A standby that commits wait for is let off before it stops. */
class SynchronousDutyTest {
    private static final NodeOrder RESTART = new NodeOrder.Restart(RestartConditions.NONE);
    private static final Decision LET_OFF_FIRST =
            Decision.of(new Action.Wait(ofSeconds(1)), Reason.LEAVING_SYNCHRONOUS_DUTY);
    private static final Decision STOP = stop(StopMode.FAST, Reason.SHUTTING_DOWN);

    @Test
    void aStandbyThatLeavesWaitsForTwoLoopWaitsToBeLetOff() {
        assertThat(decide(waitedFor().shuttingDown())).isEqualTo(LET_OFF_FIRST);
        assertThat(decide(waitedFor().shuttingDown(ofMillis(19_999)))).isEqualTo(LET_OFF_FIRST);
        assertThat(decide(waitedFor().shuttingDown(ofSeconds(20)))).isEqualTo(STOP);
    }

    @Test
    void itStopsAsSoonAsTheEntryNamesItNoMore() {
        assertThat(decide(waitedFor().view(facts -> facts.sync("b", 0, "c")).shuttingDown()))
                .isEqualTo(STOP);
    }

    @Test
    void namesDifferingInCaseAreTheSame() {
        assertThat(decide(waitedFor().view(facts -> facts.sync("B", 0, "A")).shuttingDown()))
                .isEqualTo(LET_OFF_FIRST);
    }

    @Test
    void nobodyCanBeLetOffByALeaderThatTheEntryDoesNotName() {
        assertThat(decide(waitedFor().view(facts -> facts.sync("c", 0, "a")).shuttingDown()))
                .isEqualTo(STOP);
        assertThat(decide(aSnapshot()
                        .standby()
                        .synchronous()
                        .view(facts -> facts.sync("b", 0, "a"))
                        .shuttingDown()))
                .isEqualTo(STOP);
    }

    @Test
    void whoHasNoDutyStopsAtOnce() {
        assertThat(decide(waitedFor().tag("nosync", true).shuttingDown())).isEqualTo(STOP);
        assertThat(decide(waitedFor().configured("synchronous_mode", false).shuttingDown()))
                .isEqualTo(STOP);
    }

    @Test
    void thePrimaryIsNotWaitedForByItself() {
        assertThat(decide(aSnapshot()
                        .primary()
                        .synchronous()
                        .leading()
                        .view(facts -> facts.sync("a", 0, "a"))
                        .shuttingDown()))
                .isEqualTo(stop(StopMode.GRACEFUL, Reason.SHUTTING_DOWN));
        assertThat(decide(waitedFor().primary().shuttingDown()))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.SHUTTING_DOWN));
    }

    @Test
    void othersSeeThatItLaysDownItsDutyWhileItLeavesOrCarriesOutAnOrder() {
        assertThat(tags(waitedFor().tag("zone", "eu1").shuttingDown()).nosync()).isTrue();
        assertThat(tags(waitedFor().tag("zone", "eu1").shuttingDown()).values()).containsEntry("zone", "eu1");
        assertThat(tags(waitedFor().ordered(RESTART)).nosync()).isTrue();
        assertThat(tags(waitedFor().carriesOut(RESTART, ofSeconds(1))).nosync()).isTrue();

        assertThat(tags(waitedFor()).nosync()).isFalse();
        assertThat(tags(waitedFor().configured("synchronous_mode", false).shuttingDown())
                        .nosync())
                .isFalse();
        assertThat(tags(aSnapshot().primary().synchronous().leading().shuttingDown())
                        .nosync())
                .isFalse();
    }

    private static Tags tags(SnapshotBuilder now) {
        return PublicTags.of(now.build());
    }

    private static SnapshotBuilder waitedFor() {
        return aSnapshot()
                .standby()
                .server(facts -> facts.following("b"))
                .synchronous()
                .ledBy("b")
                .view(facts -> facts.sync("b", 0, "a"));
    }
}
