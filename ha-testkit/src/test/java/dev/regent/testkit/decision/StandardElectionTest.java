package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.StandardElection;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandardElectionTest {
    private static final Lsn POSITION = ServerBuilder.POSITION;
    private static final Lsn AHEAD = new Lsn(POSITION.value() + 1);

    @Test
    void whoIsAloneStands() {
        assertThat(judge(aSnapshot().standby()).isStand()).isTrue();
    }

    @Test
    void theTagNofailoverForbidsToStand() {
        assertThat(judge(aSnapshot().standby().tag("nofailover", true)).why())
                .isEqualTo("my tag nofailover, or failover_priority 0, forbids it");
        assertThat(judge(aSnapshot().standby().tag("failover_priority", 0)).isStand())
                .isFalse();
    }

    @Test
    void aRunningPrimaryStandsWhateverItsTags() {
        assertThat(judge(aSnapshot().primary().tag("nofailover", true)).isStand())
                .isTrue();
    }

    @Test
    void onlyMembersOfTheSynchronousSetStand() {
        assertThat(judge(aSnapshot().standby().view(facts -> facts.sync("b", 0, "c")))
                        .why())
                .isEqualTo("I may lack commits that synchronous replication has promised; only b and [c] surely have"
                        + " them");
        assertThat(judge(aSnapshot().standby().view(facts -> facts.sync("b", 0, "a", "c")))
                        .isStand())
                .isTrue();
        assertThat(judge(aSnapshot().standby().view(facts -> facts.sync("a", 0)))
                        .isStand())
                .isTrue();
    }

    @Test
    void namesInTheSynchronousSetAreComparedIgnoringCase() {
        assertThat(judge(aSnapshot().standby().view(facts -> facts.sync("b", 0, "A")))
                        .isStand())
                .isTrue();
    }

    @Test
    void whoIsTooFarBehindTheLastLeaderDoesNotStand() {
        assertThat(judge(aSnapshot().standby().view(facts -> facts.optime(further(1_048_576))))
                        .isStand())
                .isTrue();
        assertThat(judge(aSnapshot().standby().view(facts -> facts.optime(further(1_048_577))))
                        .why())
                .isEqualTo("I am 1048577 bytes behind the last leader, more than maximum_lag_on_failover (1048576)"
                        + " allows");
    }

    @Test
    void theAllowedLagIsConfigured() {
        assertThat(judge(aSnapshot()
                                .standby()
                                .configured("maximum_lag_on_failover", 0)
                                .view(facts -> facts.optime(AHEAD)))
                        .isStand())
                .isFalse();
    }

    @Test
    void whoIsNotOnTheClustersTimelineDoesNotStand() {
        assertThat(judge(aSnapshot().standby().view(facts -> facts.timelineEnded(1, POSITION)))
                        .why())
                .isEqualTo("I am on timeline 1, the cluster is on 2");
        assertThat(judge(aSnapshot().primary().view(facts -> facts.timelineEnded(1, POSITION)))
                        .isStand())
                .isFalse();
    }

    @Test
    void whoIsAheadOnAnOldTimelineKeepsNobodyFromLeading() {
        PeerStatus old = new PeerStatus.Answer(true, WalPosition.ofStandby(1, AHEAD, AHEAD), Tags.NONE, false);

        assertThat(judge(aSnapshot()
                                .standby()
                                .server(facts -> facts.at(2, POSITION))
                                .view(facts -> facts.timelineEnded(1, POSITION))
                                .peer("b", old))
                        .isStand())
                .isTrue();
    }

    @Test
    void nobodyStandsBesideALivePrimary() {
        assertThat(judge(aSnapshot().standby().answeringAsPrimary("b")).why())
                .isEqualTo("the server of b still accepts writes");
    }

    @Test
    void whoIsBehindAnotherDoesNotStand() {
        assertThat(judge(aSnapshot().standby().answering("b", AHEAD)).why()).isEqualTo("b is ahead of me");
    }

    @Test
    void aMemberThatCannotLeadKeepsNobodyFromIt() {
        assertThat(judge(aSnapshot().standby().peer("b", answer(AHEAD, Map.of("nofailover", true), false)))
                        .isStand())
                .isTrue();
        assertThat(judge(aSnapshot().standby().peer("b", answer(AHEAD, Map.of(), true)))
                        .isStand())
                .isTrue();
        assertThat(judge(aSnapshot()
                                .standby()
                                .view(facts -> facts.sync("c", 0, "a"))
                                .answering("b", AHEAD))
                        .isStand())
                .isTrue();
        assertThat(judge(aSnapshot().standby().silent("b")).isStand()).isTrue();
    }

    @Test
    void whoStandsInPlaceOfOneThatIsAheadAndMayNotLeadHoldsWhatWasPromised() {
        SnapshotBuilder besideOneAhead =
                aSnapshot().standby().peer("c", answer(AHEAD, Map.of("nofailover", true), false));

        assertThat(judge(besideOneAhead.view(facts -> facts.sync("b", 0, "a", "c")))
                        .isStand())
                .isTrue();
        assertThat(judge(besideOneAhead.view(facts -> facts.sync("b", 0, "c"))).isStand())
                .isFalse();
        assertThat(judge(besideOneAhead.view(facts -> facts.sync("b", 1, "a", "c")))
                        .why())
                .contains("I may lack commits that a quorum holds");
    }

    @Test
    void aPrimaryIsNotTakenForBehindByStandbysThatWereAskedLater() {
        assertThat(judge(aSnapshot().primary().answering("b", AHEAD)).isStand()).isTrue();
    }

    @Test
    void aPrimaryDoesNotStandWhenAnotherIsOnANewerTimeline() {
        PeerStatus newer = new PeerStatus.Answer(true, WalPosition.ofStandby(2, POSITION, POSITION), Tags.NONE, false);

        assertThat(judge(aSnapshot().primary().peer("b", newer)).why()).isEqualTo("b is ahead of me");
    }

    @Test
    void atEqualPositionsTheHigherPriorityStands() {
        PeerStatus preferred = answer(POSITION, Map.of("failover_priority", 2), false);

        assertThat(judge(aSnapshot().standby().peer("b", preferred)).why())
                .isEqualTo("b is equally far and has a higher failover_priority");
        assertThat(judge(aSnapshot().standby().tag("failover_priority", 2).peer("b", preferred))
                        .isStand())
                .isTrue();
        assertThat(judge(aSnapshot().primary().peer("b", preferred)).isStand()).isTrue();
    }

    @Test
    void aCommitOfAQuorumIsLookedForAmongItsVoters() {
        SnapshotBuilder voter = aSnapshot().standby().view(facts -> facts.sync("b", 1, "a", "c"));

        assertThat(judge(voter).why())
                .isEqualTo(
                        "I may lack commits that a quorum holds: of its members only 0 answer and are not ahead of me,"
                                + " and it takes 1");
        assertThat(judge(voter.answering("d")).isStand()).isFalse();
        assertThat(judge(voter.answering("c")).isStand()).isTrue();
    }

    @Test
    void theLastLeaderOfAQuorumNeedsNoVotes() {
        assertThat(judge(aSnapshot().standby().view(facts -> facts.sync("a", 1, "b", "c")))
                        .isStand())
                .isTrue();
    }

    private static Verdict judge(SnapshotBuilder now) {
        return StandardElection.policy().judge(now.ballot());
    }

    private static PeerStatus answer(Lsn position, Map<String, Object> tags, boolean watchdogFailed) {
        return new PeerStatus.Answer(
                true, WalPosition.ofStandby(1, position, position), new Tags(tags), watchdogFailed);
    }

    private static Lsn further(long bytes) {
        return new Lsn(POSITION.value() + bytes);
    }
}
