package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.CLAIM_VACANT;
import static dev.regent.testkit.decision.Decided.PROMOTE;
import static dev.regent.testkit.decision.Decided.START_PRIMARY;
import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.NOW;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.PeersToAsk;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.spi.StopMode;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CandidateTest {
    private static final Lsn BEHIND = new Lsn(ServerBuilder.POSITION.value() - 1);
    private static final Lsn AHEAD = new Lsn(ServerBuilder.POSITION.value() + 1);
    private static final Decision STAND = Decision.of(CLAIM_VACANT, Reason.BEST_CANDIDATE);
    private static final Decision STAND_AS_REQUESTED = Decision.of(CLAIM_VACANT, Reason.REQUESTED_CANDIDATE);
    private static final Decision START_TO_STAND =
            Decision.of(new Operation.StartStandby(Optional.empty()), Reason.MUST_RUN_TO_STAND);

    @Test
    void theStandbyThatIsFurthestStands() {
        assertThat(decide(aSnapshot().standby().answering("b", BEHIND).silent("c")))
                .isEqualTo(STAND);
    }

    @Test
    void aStandbyThatIsBehindDoesNotStandAndSaysWhy() {
        assertThat(decide(aSnapshot().standby().answering("b", AHEAD)).explanation())
                .isEqualTo("nobody leads and I do not stand: b is ahead of me");
    }

    @Test
    void aPrimaryWithoutLeaderTakesTheLeadership() {
        assertThat(decide(aSnapshot().primary())).isEqualTo(Decision.of(CLAIM_VACANT, Reason.PRIMARY_WITHOUT_LEADER));
    }

    @Test
    void aPrimaryThatMustNotLeadIsFenced() {
        assertThat(decide(aSnapshot().primary().answeringAsPrimary("b")))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.NOT_THE_LEADER));
    }

    @Test
    void aServerThatMayComeUpAsPrimaryIsFenced() {
        assertThat(decide(aSnapshot().state(ServerState.STARTING).server(ServerBuilder::primaryData)))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.NOT_THE_LEADER));
    }

    @Test
    void aStartingOrSilentStandbyIsWaitedFor() {
        assertThat(waits(decide(aSnapshot().state(ServerState.STARTING)), Reason.SERVER_STARTING))
                .isTrue();
        assertThat(waits(decide(aSnapshot().state(ServerState.UNRESPONSIVE)), Reason.SERVER_DOES_NOT_ANSWER))
                .isTrue();
    }

    @Test
    void aServerThatIsDownLetsOthersGoFirst() {
        assertThat(waits(decide(crashed().answering("b").vacantFor(ofSeconds(9))), Reason.OTHERS_MAY_LEAD))
                .isTrue();
    }

    @Test
    void aServerThatIsDownDoesNotLetOthersGoFirstForEver() {
        assertThat(decide(crashed().answering("b").vacantFor(ofSeconds(10)))).isEqualTo(START_TO_STAND);
    }

    @Test
    void aServerThatIsDownIsStartedWhenNobodyElseCanLead() {
        assertThat(decide(crashed().silent("b"))).isEqualTo(START_TO_STAND);
    }

    @Test
    void aPrimaryThatWasShutDownLastGoesOnWhereItStopped() {
        SnapshotBuilder shutDown = aSnapshot().state(ServerState.STOPPED).server(ServerBuilder::primaryData);

        assertThat(decide(shutDown)).isEqualTo(Decision.of(CLAIM_VACANT, Reason.SHUT_DOWN_LAST));
        assertThat(decide(shutDown.view(facts -> facts.optime(AHEAD)))).isEqualTo(START_TO_STAND);
    }

    /** That one may have begun a timeline, and died before it could say so: found by simulation, seed 37236. */
    @Test
    void aPrimaryThatAnotherWasToFollowBeginsATimelineOfItsOwn() {
        SnapshotBuilder shutDown = aSnapshot()
                .state(ServerState.STOPPED)
                .server(ServerBuilder::primaryData)
                .synchronous();

        assertThat(decide(shutDown.view(facts -> facts.sync("a", 0, "b"))))
                .isEqualTo(Decision.of(CLAIM_VACANT, Reason.SHUT_DOWN_LAST));
        assertThat(decide(shutDown.view(facts -> facts.sync("b", 0, "a")))).isEqualTo(START_TO_STAND);
    }

    @Test
    void aStandbyWhosePromotionFailedLetsOthersTryForAWhile() {
        SnapshotBuilder failedBefore = aSnapshot().standby().answering("b", BEHIND);

        assertThat(waits(decide(failedBefore.failed(PROMOTE, ofMillis(900))), Reason.CANNOT_PROMOTE))
                .isTrue();
        assertThat(decide(failedBefore.failed(PROMOTE, ofSeconds(1)))).isEqualTo(STAND);
    }

    @Test
    void aStandbyWhosePromotionFailedTriesAgainWhenItIsAlone() {
        assertThat(decide(aSnapshot().standby().failed(PROMOTE, ofMillis(900)).silent("b")))
                .isEqualTo(STAND);
    }

    @Test
    void aLeaderForgetsAFailureOfLongAgo() {
        assertThat(decide(aSnapshot()
                        .standby()
                        .leading()
                        .failed(PROMOTE, ofSeconds(1))
                        .answering("b")))
                .isEqualTo(Decision.of(PROMOTE, Reason.LEADER_WITHOUT_PRIMARY));
        assertThat(decide(
                        crashed().leading().failed(START_PRIMARY, ofSeconds(1)).answering("b")))
                .isEqualTo(Decision.of(START_PRIMARY, Reason.LEADER_SERVER_DOWN));
    }

    @Test
    void theRequestedCandidateDoesNotBeginATimelineThatExists() {
        assertThat(waits(
                        decide(aSnapshot()
                                .standby()
                                .failoverTo("a")
                                .view(facts -> facts.timelineEnded(1, ServerBuilder.POSITION))),
                        Reason.NOT_STANDING))
                .isTrue();
    }

    @Test
    void theRequestedCandidateStandsThoughOthersAreAhead() {
        assertThat(decide(aSnapshot().standby().switchoverTo("a").answering("b", AHEAD)))
                .isEqualTo(STAND_AS_REQUESTED);
    }

    @Test
    void theRequestedCandidateDoesNotStandBesideALivePrimary() {
        assertThat(waits(decide(aSnapshot().standby().failoverTo("a").answeringAsPrimary("b")), Reason.NOT_STANDING))
                .isTrue();
    }

    @Test
    void aSwitchoverDoesNotLoseWhatSynchronousReplicationPromised() {
        SnapshotBuilder asynchronous = aSnapshot().standby().synchronous().view(facts -> facts.sync("b", 0, "c"));

        assertThat(waits(decide(asynchronous.switchoverTo("a")), Reason.NOT_STANDING))
                .isTrue();
        assertThat(decide(asynchronous.failoverTo("a"))).isEqualTo(STAND_AS_REQUESTED);
    }

    @Test
    void theRequestedCandidateIsLetGoFirst() {
        assertThat(waits(decide(switchoverFromBToC().answering("c").vacantFor(ofSeconds(9))), Reason.LEFT_TO_CANDIDATE))
                .isTrue();
    }

    @Test
    void theRequestedCandidateIsNotWaitedForWhenItCannotLead() {
        assertThat(decide(switchoverFromBToC().silent("c"))).isEqualTo(STAND);
        assertThat(decide(switchoverFromBToC().answering("c").vacantFor(ofSeconds(10))))
                .isEqualTo(STAND);
    }

    @Test
    void whoWillHardlyLeadKeepsQuietForAMomentAndAsksNobody() {
        SnapshotBuilder passedOver = switchoverFromBToC().member(aMember("c"));
        SnapshotBuilder down = crashed().member(aMember("b"));

        assertThat(decide(passedOver)).isEqualTo(Decision.of(new Action.Wait(ofMillis(500)), Reason.OTHERS_MAY_LEAD));
        assertThat(decide(down.vacantFor(ofMillis(200))))
                .isEqualTo(Decision.of(new Action.Wait(ofMillis(300)), Reason.OTHERS_MAY_LEAD));
        assertThat(asked(down)).isEmpty();
        assertThat(asked(passedOver)).isEmpty();

        assertThat(asked(down.vacantFor(ofMillis(500)))).containsExactly("b");
        assertThat(decide(down.vacantFor(ofMillis(500)))).isEqualTo(START_TO_STAND);
        assertThat(decide(passedOver.vacantFor(ofMillis(500)))).isEqualTo(STAND);
    }

    @Test
    void whoMayLeadAsksAtOnce() {
        assertThat(asked(aSnapshot().standby().member(aMember("b")))).containsExactly("b");
        assertThat(asked(aSnapshot().standby().switchoverTo("a").member(aMember("b"))))
                .containsExactly("b");
    }

    private static List<String> asked(SnapshotBuilder builder) {
        Snapshot now = builder.build();
        return PeersToAsk.of(now.self(), now.knowledge(), now.database(), now.finished(), now.vacantFor(), now.config())
                .stream()
                .map(member -> member.name().value())
                .toList();
    }

    @Test
    void whoWasAskedToMakeRoomDoesNotStandWhileOthersCan() {
        SnapshotBuilder asked = aSnapshot()
                .standby()
                .view(facts -> facts.request(Optional.of("a"), Optional.empty(), Optional.empty()));

        assertThat(waits(decide(asked.answering("b", BEHIND)), Reason.LEFT_TO_CANDIDATE))
                .isTrue();
    }

    @Test
    void aRequestForLaterDoesNotMatterYet() {
        assertThat(decide(scheduledToC(NOW.plusSeconds(11)).answering("c"))).isEqualTo(STAND);
    }

    @Test
    void aScheduledSwitchoverGoesToItsCandidateAlsoByAClockThatIsBehind() {
        assertThat(waits(decide(scheduledToC(NOW.plusSeconds(9)).answering("c")), Reason.LEFT_TO_CANDIDATE))
                .isTrue();
        assertThat(waits(decide(scheduledToC(NOW.minusMinutes(1)).answering("c")), Reason.LEFT_TO_CANDIDATE))
                .isTrue();
    }

    @Test
    void aMemberThatMustNotLeadIsNoCandidateEvenOnRequest() {
        assertThat(waits(decide(aSnapshot().standby().tag("nofailover", true).failoverTo("a")), Reason.NOT_STANDING))
                .isTrue();
    }

    private static SnapshotBuilder scheduledToC(OffsetDateTime at) {
        return aSnapshot().standby().view(facts -> facts.request(Optional.of("b"), Optional.of("c"), Optional.of(at)));
    }

    private static SnapshotBuilder switchoverFromBToC() {
        return aSnapshot().standby().view(facts -> facts.request(Optional.of("b"), Optional.of("c"), Optional.empty()));
    }

    private static SnapshotBuilder crashed() {
        return aSnapshot().state(ServerState.CRASHED).server(ServerBuilder::primaryData);
    }
}
