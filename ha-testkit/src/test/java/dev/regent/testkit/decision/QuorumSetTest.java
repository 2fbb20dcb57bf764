package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.PROMOTE;
import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SyncState;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a node does in quorum commit mode; the order of the steps is proved where they are planned. */
class QuorumSetTest {
    private static final Lsn POSITION = ServerBuilder.POSITION;
    private static final Lsn BEHIND = new Lsn(POSITION.value() - 100);
    private static final String NOBODY = NodeName.STRICT_SYNC_PLACEHOLDER;

    @Test
    void firstTheLeaderSaysThatItHoldsEveryCommit() {
        assertThat(decide(leader()))
                .isEqualTo(Decision.of(
                        new Action.WriteSync(
                                new SyncState(Optional.of(NodeName.of("a")), 0, Set.of(), Optional.empty())),
                        Reason.SYNC_LEADER_CHANGED));
    }

    @Test
    void thenCommitsWaitForAnyOfTheStandbys() {
        assertThat(decide(known("a", 0).server(facts -> replicas(facts, "async", POSITION))))
                .isEqualTo(waitFor("ANY 1 (b,c)"));
    }

    @Test
    void theyMayLeadWhenOneOfThemHasCaughtUp() {
        SnapshotBuilder waitedFor = known("a", 0).server(facts -> facts.synchronousNames("ANY 1 (b,c)", POSITION));

        assertThat(waits(
                        decide(waitedFor.server(facts -> replicas(facts, "quorum", BEHIND))),
                        Reason.SYNC_WAITS_FOR_STANDBY))
                .isTrue();
        assertThat(decide(known("a", 0)
                        .server(facts -> facts.synchronousNames("ANY 1 (b,c)", POSITION)
                                .replica("b", "quorum", POSITION)
                                .replica("c", "quorum", BEHIND))))
                .isEqualTo(written(Reason.SYNC_STANDBY_CONFIRMED, "a", 1, "b", "c"));
    }

    @Test
    void whenAllIsInOrderTheLeaderLeads() {
        assertThat(waits(decide(steady()), Reason.LEADING)).isTrue();
    }

    @Test
    void aHigherNumberGoesToTheServerFirst() {
        assertThat(decide(steady().configured("synchronous_node_count", 2))).isEqualTo(waitFor("ANY 2 (b,c)"));
    }

    @Test
    void aQuorumIsNotLoweredBeforeTheStandbysHaveCaughtUpSinceTheNumberWasRaised() {
        assertThat(waits(
                        decide(raised().server(facts -> replicas(facts, "quorum", BEHIND))),
                        Reason.SYNC_WAITS_FOR_STANDBY))
                .isTrue();
        assertThat(decide(raised().server(facts -> replicas(facts, "quorum", POSITION))))
                .isEqualTo(written(Reason.SYNC_STANDBY_CONFIRMED, "a", 0, "b", "c"));
    }

    @Test
    void aLowerNumberGoesToTheEntryFirst() {
        assertThat(decide(known("a", 0, "b", "c")
                        .server(facts -> facts.synchronousNames("ANY 2 (b,c)", POSITION))
                        .server(facts -> replicas(facts, "quorum", POSITION))))
                .isEqualTo(written(Reason.SYNC_STANDBY_CONFIRMED, "a", 1, "b", "c"));
    }

    @Test
    void onlyAsManyThatMustNotLeadAsItTakesAreWaitedFor() {
        SnapshotBuilder streaming = known("a", 0).server(facts -> replicas(facts, "async", POSITION));

        assertThat(decide(streaming.member(aMember("b").tag("nofailover", true))))
                .isEqualTo(waitFor("ANY 1 (c)"));
        assertThat(decide(streaming.configured("synchronous_node_count", 2))).isEqualTo(waitFor("ANY 2 (b,c)"));
        assertThat(decide(streaming.member(aMember("c").tag("nosync", true)))).isEqualTo(waitFor("ANY 1 (b)"));
    }

    @Test
    void standbysAreGivenTimeToComeToAServerThatHasJustOpened() {
        SnapshotBuilder alone = known("a", 1, "b", "c")
                .configured("loop_wait", 10)
                .server(facts -> facts.synchronousNames("ANY 1 (b,c)", POSITION));

        assertThat(waits(
                        decide(alone.server(facts -> facts.inState(Duration.ofSeconds(9)))),
                        Reason.SYNC_WAITS_FOR_STANDBY))
                .isTrue();
        assertThat(decide(alone.server(facts -> facts.inState(Duration.ofSeconds(10)))))
                .isEqualTo(written(Reason.SYNC_STANDBY_LEFT, "a", 0));
    }

    @Test
    void strictCommitsWaitForThoseWhoMayLeadOrForSomebodyToCome() {
        SnapshotBuilder strict = known("a", 1, "b", "c")
                .configured("synchronous_mode_strict", true)
                .server(facts -> facts.inState(Duration.ofHours(1)));

        assertThat(waits(
                        decide(strict.server(facts -> facts.synchronousNames("ANY 1 (b,c)", POSITION))),
                        Reason.SYNC_WAITS_FOR_STANDBY))
                .isTrue();
        assertThat(decide(
                        strict.view(facts -> facts.sync("a", 0)).server(facts -> facts.synchronousNames("", POSITION))))
                .isEqualTo(waitFor("ANY 1 (" + NOBODY + ")"));
    }

    @Test
    void withoutStrictModeNobodyIsWaitedForWhenNobodyCanCome() {
        assertThat(decide(known("a", 0).server(facts -> facts.synchronousNames("ANY 1 (" + NOBODY + ")", POSITION))))
                .isEqualTo(waitFor(""));
    }

    @Test
    void theLastLeaderVotesForTheNextOne() {
        SnapshotBuilder elected =
                standby().view(facts -> facts.sync("b", 1, "a", "c")).answering("c");

        assertThat(decide(elected)).isEqualTo(written(Reason.SYNC_LEADER_CHANGED, "a", 1, "b", "c"));
        assertThat(decide(standby().view(facts -> facts.sync("a", 1, "b", "c"))))
                .isEqualTo(waitFor("ANY 1 (b,c)"));
        assertThat(decide(standby()
                        .view(facts -> facts.sync("a", 1, "b", "c"))
                        .server(facts -> facts.synchronousNames("ANY 1 (b,c)", POSITION))))
                .isEqualTo(Decision.of(PROMOTE, Reason.LEADER_WITHOUT_PRIMARY));
    }

    @Test
    void whoHasClaimedLooksForTheVotesAgainBecauseAnotherMayHaveLedMeanwhile() {
        SnapshotBuilder claimed = standby().view(facts -> facts.sync("b", 1, "a", "c"));

        assertThat(decide(claimed.answering("c", new Lsn(POSITION.value() + 1))).reason())
                .isEqualTo(Reason.OVERTAKEN);
        assertThat(decide(claimed.silent("c")).reason()).isEqualTo(Reason.OVERTAKEN);
    }

    @Test
    void aCandidateForASwitchoverNeedsTheVotesToo() {
        SnapshotBuilder asked = aSnapshot()
                .standby()
                .configured("synchronous_mode", "quorum")
                .view(facts ->
                        facts.sync("b", 1, "a", "c").request(Optional.of("b"), Optional.of("a"), Optional.empty()));

        assertThat(waits(decide(asked), Reason.NOT_STANDING)).isTrue();
        assertThat(decide(asked.answering("c")).reason()).isEqualTo(Reason.REQUESTED_CANDIDATE);
    }

    @Test
    void aLeaderDoesNotMakeRoomForAnElectionWithoutEnoughVoters() {
        SnapshotBuilder asked = steady().switchoverTo("b").answering("b");

        assertThat(decide(asked.silent("c")).reason()).isEqualTo(Reason.REQUEST_IMPOSSIBLE);
        assertThat(decide(asked.answering("c")).reason()).isEqualTo(Reason.HANDING_OVER);
    }

    @Test
    void whoWasSynchronousByPriorityIsAVoterAtOnce() {
        assertThat(decide(known("a", 0, "b")
                        .server(facts -> facts.synchronousNames("b", POSITION).replica("b", "sync", POSITION))))
                .isEqualTo(waitFor("ANY 1 (b)"));
    }

    @Test
    void anEntryThatTheServerDoesNotLiveUpToPromisesNothing() {
        assertThat(decide(known("a", 1, "b", "c")
                        .server(facts -> facts.synchronousNames("*", POSITION))
                        .server(facts -> replicas(facts, "quorum", POSITION))))
                .isEqualTo(written(Reason.SYNC_STANDBY_LEFT, "a", 0));
    }

    @Test
    void aStandbyThatBelongsToACascadeIsNotWaitedFor() {
        assertThat(decide(known("a", 0)
                        .member(aMember("c").tag("replicatefrom", "b"))
                        .server(facts -> replicas(facts, "async", POSITION))))
                .isEqualTo(waitFor("ANY 1 (b)"));
    }

    private static void replicas(ServerBuilder facts, String syncState, Lsn flushed) {
        facts.replica("b", syncState, flushed).replica("c", syncState, flushed);
    }

    private static SnapshotBuilder leader() {
        return aSnapshot()
                .primary()
                .leading()
                .configured("synchronous_mode", "quorum")
                .configured("postgresql", Map.of("use_slots", false));
    }

    private static SnapshotBuilder standby() {
        return aSnapshot().standby().leading().configured("synchronous_mode", "quorum");
    }

    private static SnapshotBuilder known(String leader, int quorum, String... voters) {
        return leader().member(aMember("b")).member(aMember("c")).view(facts -> facts.sync(leader, quorum, voters));
    }

    private static SnapshotBuilder steady() {
        return known("a", 1, "b", "c")
                .server(facts -> facts.synchronousNames("ANY 1 (b,c)", POSITION))
                .server(facts -> replicas(facts, "quorum", POSITION));
    }

    private static SnapshotBuilder raised() {
        return known("a", 1, "b", "c")
                .configured("synchronous_node_count", 2)
                .server(facts -> facts.synchronousNames("ANY 2 (b,c)", POSITION));
    }

    private static Decision waitFor(String names) {
        return Decision.of(new Operation.SetSynchronousStandbys(names), Reason.SYNC_STANDBY_WANTED);
    }

    private static Decision written(Reason reason, String leader, int quorum, String... voters) {
        Set<NodeName> names = Arrays.stream(voters).map(NodeName::of).collect(Collectors.toSet());
        return Decision.of(
                new Action.WriteSync(new SyncState(
                        Optional.of(NodeName.of(leader)), quorum, names, Optional.of(ViewBuilder.SYNC_REVISION))),
                reason);
    }
}
