package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.CLAIM_VACANT;
import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.PeersToAsk;
import dev.regent.ha.decision.PublicTags;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.Remedy;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.ServerHealth.Finding;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnfitServerTest {
    private static final Duration LONG = ofMinutes(1);

    @ParameterizedTest
    @EnumSource(
            value = Finding.class,
            names = {"WRITES_STUCK", "STORAGE_HANGS", "DATA_GONE"})
    void aLeaderThatSurelyCannotServeStopsForOneWhoCan(Finding finding) {
        assertThat(decide(leader(finding, LONG).answering("b"))).satisfies(UnfitServerTest::makesRoom);
        assertThat(decide(leader(finding, LONG)
                        .state(ServerState.UNRESPONSIVE)
                        .server(facts -> facts.primaryData())
                        .answering("b")))
                .satisfies(UnfitServerTest::makesRoom);
    }

    @ParameterizedTest
    @EnumSource(
            value = Finding.class,
            names = {"DISK_FULL", "NOT_WRITABLE", "STORAGE_SLOW"})
    void aLeaderThatMayStillServeStays(Finding finding) {
        assertThat(decide(leader(finding, LONG).answering("b"))).matches(stays -> waits(stays, Reason.LEADING));
    }

    @Test
    void itStaysUntilThatHasLastedForLongEnough() {
        assertThat(decide(leader(Finding.WRITES_STUCK, ofSeconds(29)).answering("b")))
                .satisfies(stays -> staysBecause(stays, "failover_after"));
        assertThat(decide(leader(Finding.WRITES_STUCK, ofSeconds(5))
                        .configured("health", Map.of("failover_after", 5))
                        .answering("b")))
                .satisfies(UnfitServerTest::makesRoom);
    }

    @Test
    void aPersonIsCalledOnlyWhenItWillNotMakeRoomByItself() {
        assertThat(remedy(leader(Finding.WRITES_STUCK, ofSeconds(29)).answering("b")))
                .matches(hint -> !hint.needsPerson());
        assertThat(remedy(leader(Finding.WRITES_STUCK, LONG))).matches(Remedy::needsPerson);
    }

    @Test
    void itStaysWhileNobodyElseCouldLeadWithoutLoss() {
        SnapshotBuilder unfit = leader(Finding.STORAGE_HANGS, LONG);

        assertThat(decide(unfit)).satisfies(stays -> staysBecause(stays, "nobody else"));
        assertThat(decide(leader(Finding.STORAGE_HANGS, LONG).answering("b", new Lsn(1))))
                .satisfies(stays -> staysBecause(stays, "nobody else"));
        assertThat(decide(leader(Finding.STORAGE_HANGS, LONG).peer("b", unfitAnswer())))
                .satisfies(stays -> staysBecause(stays, "nobody else"));
        assertThat(decide(leader(Finding.STORAGE_HANGS, LONG)
                        .synchronous()
                        .server(facts -> facts.synchronousNames("\"c\"", Lsn.ZERO))
                        .view(facts -> facts.sync("a", 0, "c"))
                        .answering("b")))
                .matches(stays -> !(stays.action() instanceof Operation.Stop));
    }

    @Test
    void itStaysWhenTheLeaderHasChangedLately() {
        assertThat(decide(changed(ofMinutes(9)))).satisfies(stays -> staysBecause(stays, "failover_backoff"));
        assertThat(decide(changed(ofMinutes(11)))).satisfies(UnfitServerTest::makesRoom);
    }

    @Test
    void itStaysWherePeopleSaySo() {
        assertThat(decide(leader(Finding.DATA_GONE, LONG)
                        .configured("health", Map.of("failover", false))
                        .answering("b")))
                .satisfies(stays -> staysBecause(stays, "health.failover is off"));
        assertThat(decide(leader(Finding.DATA_GONE, LONG).paused().answering("b")))
                .matches(stays -> stays.action() instanceof Action.Wait);
    }

    @Test
    void itGivesTheLeadershipAwayWhenItsServerIsDown() {
        for (ServerState down : new ServerState[] {ServerState.CRASHED, ServerState.STOPPED}) {
            Decision decision = decide(leader(Finding.WRITES_STUCK, LONG)
                    .state(down)
                    .server(facts -> facts.primaryData())
                    .answering("b"));

            assertThat(decision.action()).isInstanceOf(Action.ReleaseLeadership.class);
            assertThat(decision.reason()).isEqualTo(Reason.UNFIT_TO_LEAD);
        }
    }

    @Test
    void itDoesNotGiveTheLeadershipAwayWhileItsServerMayRun() {
        assertThat(decide(leader(Finding.STORAGE_HANGS, LONG)
                                .state(ServerState.UNRESPONSIVE)
                                .server(facts -> facts.standbyData())
                                .answering("b"))
                        .action())
                .isInstanceOf(Action.Wait.class);
    }

    @Test
    void whatIsUnderWayOnTheServerDoesNotHoldItUp() {
        SnapshotBuilder busy = leader(Finding.WRITES_STUCK, LONG)
                .running(new Operation.BeginCheckpoint())
                .answering("b");

        assertThat(decide(busy)).isEqualTo(Decision.of(Action.CANCEL_OPERATION, Reason.UNFIT_TO_LEAD));
        assertThat(decide(busy.running(new Operation.Stop(StopMode.GRACEFUL))))
                .isEqualTo(Decision.of(Action.CANCEL_OPERATION, Reason.UNFIT_TO_LEAD));
        assertThat(decide(busy.running(new Operation.Stop(StopMode.IMMEDIATE))))
                .matches(goesOn -> waits(goesOn, Reason.OPERATION_UNDER_WAY));
    }

    @Test
    void theOthersAreAskedOnlyWhenItMayComeToThat() {
        assertThat(asked(leader(Finding.WRITES_STUCK, Duration.ZERO))).isEqualTo(1);
        assertThat(asked(leader(Finding.DISK_FULL, LONG))).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = Finding.class, mode = EnumSource.Mode.EXCLUDE, names = "WELL")
    void aStandbyThatIsNotWellDoesNotStand(Finding finding) {
        assertThat(decide(aSnapshot().server(facts -> facts.trouble(finding, Duration.ZERO))))
                .matches(waits -> waits(waits, Reason.NOT_STANDING))
                .matches(waits -> waits.explanation().contains(finding.label()));
        assertThat(decide(aSnapshot()).action()).isEqualTo(CLAIM_VACANT);
    }

    @Test
    void aPrimaryThatIsNotWellKeepsTheLeadershipThatItHadLost() {
        assertThat(decide(aSnapshot().primary().server(facts -> facts.trouble(Finding.DISK_FULL, LONG)))
                        .action())
                .isEqualTo(CLAIM_VACANT);
    }

    @Test
    void theOthersAreToldNotToLeaveTheLeadToAStandbyThatIsNotWell() {
        Snapshot unfit = aSnapshot()
                .server(facts -> facts.trouble(Finding.DISK_FULL, LONG))
                .build();
        Snapshot primary = aSnapshot()
                .primary()
                .server(facts -> facts.trouble(Finding.DISK_FULL, LONG))
                .build();

        assertThat(PublicTags.of(unfit).nofailover()).isTrue();
        assertThat(PublicTags.of(primary).nofailover()).isFalse();
        assertThat(PublicTags.of(aSnapshot().build()).nofailover()).isFalse();
    }

    private static SnapshotBuilder leader(Finding finding, Duration lasting) {
        return aSnapshot().primary().leading().server(facts -> facts.trouble(finding, lasting));
    }

    private static SnapshotBuilder changed(Duration ago) {
        return leader(Finding.WRITES_STUCK, LONG)
                .server(facts -> facts.at(2, ServerBuilder.POSITION))
                .view(facts -> facts.timelineEnded(1, ServerBuilder.POSITION, "a", ago))
                .answering("b");
    }

    private static PeerStatus unfitAnswer() {
        return new PeerStatus.Answer(
                true,
                WalPosition.ofStandby(1, ServerBuilder.POSITION, ServerBuilder.POSITION),
                Tags.NONE.withoutLeading(),
                false);
    }

    private static int asked(SnapshotBuilder leader) {
        Snapshot now = leader.member(MemberBuilder.aMember("b")).build();
        return PeersToAsk.of(now.self(), now.knowledge(), now.database(), Map.of(), Duration.ZERO, now.config())
                .size();
    }

    private static Remedy remedy(SnapshotBuilder leader) {
        return Remedy.of(leader.build(), decide(leader)).orElseThrow();
    }

    private static void makesRoom(Decision decision) {
        assertThat(decision.action()).isEqualTo(new Operation.Stop(StopMode.IMMEDIATE));
        assertThat(decision.reason()).isEqualTo(Reason.UNFIT_TO_LEAD);
        assertThat(decision.explanation()).contains("expected something else");
    }

    private static void staysBecause(Decision decision, String why) {
        assertThat(decision).matches(stays -> waits(stays, Reason.UNFIT_AND_STAYS));
        assertThat(decision.explanation()).contains(why, "expected something else");
    }
}
