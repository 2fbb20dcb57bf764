package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.Remedy;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.PeerStatus;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who waits says what to do about it, and whether a person must. */
class RemedyTest {
    private static final Lsn AHEAD = new Lsn(ServerBuilder.POSITION.value() + 1);

    @Test
    void wherePromisedCommitsMayBeLostTheMembersThatHoldThemAreNamedFirst() {
        SnapshotBuilder asynchronous = aSnapshot()
                .standby()
                .view(facts -> facts.sync("b", 0, "c"))
                .silent("b")
                .silent("c");

        assertThat(remedy(asynchronous.vacantFor(ofSeconds(10))))
                .contains(new Remedy(
                        "start one of b and [c]; if they are lost for good: regentctl failover demo --candidate a"
                                + " --force (acknowledged commits may be lost)",
                        true));
    }

    @Test
    void nobodyIsCalledWhileOthersMayTakeOver() {
        SnapshotBuilder behind = aSnapshot().standby().answering("b", AHEAD);

        assertThat(remedy(behind.vacantFor(ofSeconds(60))).orElseThrow().needsPerson())
                .isFalse();
        assertThat(remedy(aSnapshot().standby().view(facts -> facts.sync("b", 0, "c")))
                        .orElseThrow()
                        .needsPerson())
                .isFalse();
    }

    @Test
    void aPrimaryThatLeadsNobodyIsToBeStopped() {
        assertThat(remedy(aSnapshot().standby().answeringAsPrimary("b").vacantFor(ofSeconds(10))))
                .contains(new Remedy("stop the server of b, or let its agent lead again", true));
    }

    @Test
    void aMemberThatMustNotLeadIsNotToldToBeMadeTheLeader() {
        assertThat(remedy(aSnapshot().standby().tag("nofailover", true).vacantFor(ofSeconds(10))))
                .contains(new Remedy("start a member that may lead, or take the tag nofailover from this one", true));
    }

    @Test
    void whoIsTooFarBehindCanBeMadeTheLeaderByHand() {
        assertThat(remedy(aSnapshot()
                        .standby()
                        .view(facts -> facts.optime(new Lsn(1L << 40)))
                        .vacantFor(ofSeconds(10))))
                .contains(new Remedy(
                        "let this member lead by hand: regentctl failover demo --candidate a --force", true));
    }

    @Test
    void divergedDataThatCannotBeRewoundIsReinitialized() {
        assertThat(of(aSnapshot().standby(), Reason.DIVERGED_AND_CANNOT_REWIND))
                .contains(new Remedy("copy the leader's data anew: regentctl reinit demo a", true));
    }

    @Test
    void aMemberWithoutDataWaitsForAPersonWhenNobodyLeadsForLong() {
        SnapshotBuilder empty = aSnapshot().state(ServerState.ABSENT);

        assertThat(remedy(empty).orElseThrow().needsPerson()).isFalse();
        assertThat(remedy(empty.vacantFor(ofSeconds(10))))
                .contains(new Remedy("start a member that holds the cluster's data", true));
    }

    @Test
    void aPauseIsEndedByAPersonWhoIsNotCalledForIt() {
        assertThat(remedy(aSnapshot().standby().paused())).contains(new Remedy("regentctl resume demo", false));
    }

    @Test
    void whereAllIsWellNothingIsToBeDone() {
        assertThat(of(aSnapshot().standby(), Reason.FOLLOWING)).isEmpty();
        assertThat(of(aSnapshot().primary().leading(), Reason.LEADING)).isEmpty();
    }

    @Test
    void everyReasonThatSaysItCannotGoOnHasARemedy() {
        for (Reason reason : new Reason[] {
            Reason.FOREIGN_DATA,
            Reason.UNREADABLE_DATA,
            Reason.STANDBY_WITHOUT_CLUSTER,
            Reason.MAY_NOT_CREATE_A_CLUSTER,
            Reason.STORE_UNREACHABLE,
            Reason.STORE_UNREACHABLE_BUT_LEADING,
            Reason.RETRYING_SOON,
            Reason.CANNOT_PROMOTE,
            Reason.CANNOT_START,
            Reason.SERVER_DOES_NOT_ANSWER,
            Reason.NOT_STREAMING_YET,
            Reason.LEADER_NOT_RUNNING_YET,
            Reason.LEADER_NOT_READY_FOR_REWIND,
            Reason.RACE_POSTPONED,
            Reason.PAUSED_WITHOUT_PRIMARY
        }) {
            assertThat(of(aSnapshot().standby().ledBy("b"), reason))
                    .as(reason.name())
                    .isPresent();
        }
    }

    @Test
    void aMemberThatMayNotLeadDoesNotCountAsOneThatIsAboutTo() {
        PeerStatus barred = new PeerStatus.Answer(
                true, WalPosition.ofStandby(1, AHEAD, AHEAD), new Tags(Map.of("nofailover", true)), false);

        assertThat(remedy(aSnapshot()
                                .standby()
                                .view(facts -> facts.optime(new Lsn(1L << 40)))
                                .peer("b", barred)
                                .vacantFor(ofSeconds(10)))
                        .orElseThrow()
                        .needsPerson())
                .isTrue();
    }

    private static Optional<Remedy> remedy(SnapshotBuilder now) {
        return Remedy.of(now.build(), decide(now));
    }

    private static Optional<Remedy> of(SnapshotBuilder now, Reason reason) {
        return Remedy.of(now.build(), Decision.of(Action.FINISH, reason));
    }
}
