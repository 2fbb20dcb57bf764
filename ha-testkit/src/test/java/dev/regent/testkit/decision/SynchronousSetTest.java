package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.PROMOTE;
import static dev.regent.testkit.decision.Decided.START_PRIMARY;
import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SyncState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SynchronousSetTest {
    private static final Lsn POSITION = ServerBuilder.POSITION;
    private static final Lsn BEHIND = new Lsn(POSITION.value() - 100);
    private static final String NOBODY_YET = NodeName.STRICT_SYNC_PLACEHOLDER;

    @Test
    void firstTheLeaderSaysThatItHoldsEveryCommit() {
        assertThat(decide(leader())).isEqualTo(written(Reason.SYNC_LEADER_CHANGED, Optional.empty(), "a"));
    }

    @Test
    void thenCommitsWaitForAStandbyThatStreams() {
        assertThat(decide(known("a").server(facts -> facts.replica("b", "async", POSITION))))
                .isEqualTo(waitFor("b"));
    }

    @Test
    void aStandbyIsNamedInTheEntryOnlyWhenItHasCaughtUp() {
        SnapshotBuilder waitedFor = known("a").server(facts -> facts.synchronousNames("b", POSITION));

        assertThat(waits(
                        decide(waitedFor.server(facts -> facts.replica("b", "sync", BEHIND))),
                        Reason.SYNC_WAITS_FOR_STANDBY))
                .isTrue();
        assertThat(decide(known("a")
                        .server(facts -> facts.synchronousNames("b", POSITION).replica("b", "sync", POSITION))))
                .isEqualTo(written(Reason.SYNC_STANDBY_CONFIRMED, "a", "b"));
    }

    @Test
    void aStandbyThatTheServerDoesNotWaitForYetIsNotNamed() {
        assertThat(waits(
                        decide(known("a")
                                .server(facts ->
                                        facts.synchronousNames("b", POSITION).replica("b", "potential", POSITION))),
                        Reason.SYNC_WAITS_FOR_STANDBY))
                .isTrue();
    }

    @Test
    void whenAllIsInOrderTheLeaderLeads() {
        assertThat(waits(decide(steady()), Reason.LEADING)).isTrue();
    }

    @Test
    void aStandbyInTheEntryNeedNotCatchUpAgain() {
        assertThat(waits(
                        decide(known("a", "b")
                                .server(facts ->
                                        facts.synchronousNames("b", POSITION).replica("b", "sync", BEHIND))),
                        Reason.LEADING))
                .isTrue();
    }

    @Test
    void aStandbyThatIsGoneLeavesTheEntryBeforeCommitsStopWaitingForIt() {
        assertThat(decide(known("a", "b").server(facts -> facts.synchronousNames("b", POSITION))))
                .isEqualTo(written(Reason.SYNC_STANDBY_LEFT, "a"));
        assertThat(decide(known("a").server(facts -> facts.synchronousNames("b", POSITION))))
                .isEqualTo(waitFor(""));
    }

    @Test
    void aStandbyIsReplacedInFourSteps() {
        SnapshotBuilder gone = known("a", "b")
                .server(facts -> facts.synchronousNames("b", BEHIND).replica("c", "async", POSITION));
        SnapshotBuilder removed =
                known("a").server(facts -> facts.synchronousNames("b", BEHIND).replica("c", "async", POSITION));
        SnapshotBuilder replaced =
                known("a").server(facts -> facts.synchronousNames("c", POSITION).replica("c", "sync", POSITION));

        assertThat(decide(gone)).isEqualTo(written(Reason.SYNC_STANDBY_LEFT, "a"));
        assertThat(decide(removed)).isEqualTo(waitFor("c"));
        assertThat(decide(replaced)).isEqualTo(written(Reason.SYNC_STANDBY_CONFIRMED, "a", "c"));
    }

    @Test
    void asManyStandbysAsConfiguredAreWaitedFor() {
        assertThat(decide(known("a")
                        .configured("synchronous_node_count", 2)
                        .server(facts -> facts.replica("b", "async", POSITION).replica("c", "async", POSITION))))
                .isEqualTo(waitFor("2 (b,c)"));
    }

    @Test
    void thePresentSynchronousStandbyStaysThoughAnotherIsFurther() {
        assertThat(waits(decide(steady().server(facts -> facts.replica("c", "async", POSITION))), Reason.LEADING))
                .isTrue();
    }

    @Test
    void amongEqualsTheHigherPriorityIsWaitedFor() {
        assertThat(decide(bothStreaming().member(aMember("c").tag("sync_priority", 2))))
                .isEqualTo(waitFor("c"));
    }

    @Test
    void whoMustNotLeadIsWaitedForLast() {
        assertThat(decide(bothStreaming().member(aMember("b").tag("nofailover", true))))
                .isEqualTo(waitFor("c"));
    }

    @Test
    void whoMustNotBeSynchronousIsNot() {
        assertThat(waits(
                        decide(known("a")
                                .member(aMember("b").tag("nosync", true))
                                .server(facts -> facts.replica("b", "async", POSITION))),
                        Reason.LEADING))
                .isTrue();
    }

    @Test
    void whoLagsTooMuchIsNotWaitedFor() {
        SnapshotBuilder lagging = known("a").server(facts -> facts.replica("b", "async", BEHIND));

        assertThat(decide(lagging.configured("maximum_lag_on_syncnode", 100))).isEqualTo(waitFor("b"));
        assertThat(waits(decide(lagging.configured("maximum_lag_on_syncnode", 99)), Reason.LEADING))
                .isTrue();
    }

    @Test
    void aConnectionThatIsNobodysMemberIsNotWaitedFor() {
        assertThat(waits(
                        decide(known("a").server(facts -> facts.replica("pg_receivewal", "async", POSITION))),
                        Reason.LEADING))
                .isTrue();
    }

    @Test
    void namesAreComparedAsPostgresDoes() {
        assertThat(waits(
                        decide(leader().member(aMember("Node-1"))
                                .server(facts -> facts.slots("node_1"))
                                .view(facts -> facts.sync("a", 0, "Node-1"))
                                .server(facts -> facts.synchronousNames("\"Node-1\"", POSITION)
                                        .replica("node-1", "sync", POSITION))),
                        Reason.LEADING))
                .isTrue();
    }

    @Test
    void strictCommitsWaitForSomebodyToCome() {
        assertThat(decide(strict("a"))).isEqualTo(waitFor(NOBODY_YET));
    }

    @Test
    void strictCommitsWaitForTheStandbyThatIsGone() {
        assertThat(waits(
                        decide(strict("a", "b").server(facts -> facts.synchronousNames("b", POSITION))),
                        Reason.SYNC_WAITS_FOR_STANDBY))
                .isTrue();
    }

    @Test
    void switchingOffUnblocksCommitsAlsoWhenTheStandbyHasLeft() {
        assertThat(decide(off("a", "gone").server(facts -> facts.synchronousNames("gone", POSITION))))
                .isEqualTo(written(Reason.SYNC_OFF, "a"));
        assertThat(decide(off("a").server(facts -> facts.synchronousNames("gone", POSITION))))
                .isEqualTo(Decision.of(new Operation.SetSynchronousStandbys(""), Reason.SYNC_OFF));
        assertThat(decide(off("a")))
                .isEqualTo(Decision.of(new Action.DropSync(ViewBuilder.SYNC_REVISION), Reason.SYNC_OFF));
    }

    @Test
    void whileItIsOffAnOperatorsOwnSettingIsLeftAlone() {
        assertThat(waits(
                        decide(aSnapshot()
                                .primary()
                                .leading()
                                .server(facts -> facts.synchronousNames("pg_receivewal", POSITION))),
                        Reason.LEADING))
                .isTrue();
    }

    @Test
    void beforeItIsPromotedANodeSaysThatOnlyItHoldsEveryCommit() {
        SnapshotBuilder standby = aSnapshot().standby().leading().synchronous();

        assertThat(decide(standby.view(facts -> facts.sync("b", 0, "a", "c"))))
                .isEqualTo(written(Reason.SYNC_LEADER_CHANGED, "a"));
        assertThat(decide(standby.view(facts -> facts.sync("a", 0)))).isEqualTo(promoted());
    }

    @Test
    void beforeItIsPromotedANodeForgetsForWhomItWaitedLongAgo() {
        assertThat(decide(aSnapshot()
                        .standby()
                        .leading()
                        .synchronous()
                        .view(facts -> facts.sync("a", 0))
                        .server(facts -> facts.synchronousNames("b", POSITION))))
                .isEqualTo(waitFor(""));
    }

    @Test
    void aStrictNodeIsPromotedToWaitForAllWhoHoldEveryCommit() {
        SnapshotBuilder standby =
                aSnapshot().standby().leading().synchronous().configured("synchronous_mode_strict", true);

        assertThat(decide(standby.view(facts -> facts.sync("b", 0, "a", "c"))))
                .isEqualTo(written(Reason.SYNC_LEADER_CHANGED, "a", "b", "c"));
        assertThat(decide(standby.view(facts -> facts.sync("a", 0, "b", "c")))).isEqualTo(waitFor("2 (b,c)"));
    }

    @Test
    void ofAQuorumNobodyIsKnownToHoldEveryCommit() {
        assertThat(decide(aSnapshot()
                        .standby()
                        .leading()
                        .synchronous()
                        .configured("synchronous_mode_strict", true)
                        .view(facts -> facts.sync("b", 1, "a", "c"))
                        .answering("c")))
                .isEqualTo(written(Reason.SYNC_LEADER_CHANGED, "a"));
        assertThat(decide(leader().view(facts -> facts.sync("a", 1, "b", "c"))
                        .server(facts ->
                                facts.synchronousNames("ANY 1 (b,c)", POSITION).replica("b", "quorum", POSITION))))
                .isEqualTo(written(Reason.SYNC_STANDBY_LEFT, "a"));
    }

    @Test
    void theFirstPrimaryOfAStrictClusterAcceptsNothingBeforeCommitsWait() {
        SnapshotBuilder created = aSnapshot()
                .state(ServerState.STOPPED)
                .server(ServerBuilder::primaryData)
                .leading()
                .synchronous();

        assertThat(decide(created.configured("synchronous_mode_strict", true)).action())
                .isEqualTo(new Operation.StartStandby(Optional.empty()));
    }

    /** Cut off from the store before it had said so, it acknowledged what others did not know they lacked: seed 70358. */
    @Test
    void theFirstPrimaryIsKnownToHoldEveryCommitBeforeItAcceptsAny() {
        for (Object mode : List.of(true, "quorum")) {
            SnapshotBuilder created = aSnapshot()
                    .state(ServerState.STOPPED)
                    .server(ServerBuilder::primaryData)
                    .leading()
                    .synchronous()
                    .configured("synchronous_mode", mode);

            assertThat(decide(created)).isEqualTo(written(Reason.SYNC_LEADER_CHANGED, Optional.empty(), "a"));
        }
    }

    @Test
    void aPrimaryThatComesBackAfterAnotherLedSaysSoBeforeItStarts() {
        SnapshotBuilder down = aSnapshot()
                .state(ServerState.STOPPED)
                .server(ServerBuilder::primaryData)
                .leading()
                .synchronous();

        assertThat(decide(down.view(facts -> facts.sync("b", 0, "a"))))
                .isEqualTo(written(Reason.SYNC_LEADER_CHANGED, "a"));
        assertThat(decide(down.view(facts -> facts.sync("a", 0, "b"))))
                .isEqualTo(Decision.of(START_PRIMARY, Reason.LEADER_SERVER_DOWN));
    }

    @Test
    void aFollowerForgetsForWhomItWaited() {
        SnapshotBuilder follower = aSnapshot()
                .standby()
                .ledBy("b")
                .server(facts -> facts.following("b").synchronousNames("b", POSITION));

        assertThat(decide(follower))
                .isEqualTo(Decision.of(new Operation.SetSynchronousStandbys(""), Reason.SYNC_NOT_LEADING));
        assertThat(waits(decide(follower.synchronous().configured("synchronous_mode_strict", true)), Reason.FOLLOWING))
                .isTrue();
    }

    private static SnapshotBuilder leader() {
        return aSnapshot().primary().leading().synchronous().configured("postgresql", Map.of("use_slots", false));
    }

    private static SnapshotBuilder known(String leader, String... standbys) {
        return leader().member(aMember("b")).member(aMember("c")).view(facts -> facts.sync(leader, 0, standbys));
    }

    private static SnapshotBuilder steady() {
        return known("a", "b")
                .server(facts -> facts.synchronousNames("b", POSITION).replica("b", "sync", POSITION));
    }

    private static SnapshotBuilder bothStreaming() {
        return known("a").server(facts -> facts.replica("b", "async", POSITION).replica("c", "async", POSITION));
    }

    private static SnapshotBuilder strict(String leader, String... standbys) {
        return known(leader, standbys).configured("synchronous_mode_strict", true);
    }

    private static SnapshotBuilder off(String leader, String... standbys) {
        return aSnapshot().primary().leading().view(facts -> facts.sync(leader, 0, standbys));
    }

    private static Decision waitFor(String names) {
        return Decision.of(new Operation.SetSynchronousStandbys(names), Reason.SYNC_STANDBY_WANTED);
    }

    private static Decision promoted() {
        return Decision.of(PROMOTE, Reason.LEADER_WITHOUT_PRIMARY);
    }

    private static Decision written(Reason reason, String leader, String... standbys) {
        return written(reason, Optional.of(ViewBuilder.SYNC_REVISION), leader, standbys);
    }

    private static Decision written(Reason reason, Optional<Long> revision, String leader, String... standbys) {
        Set<NodeName> names = Arrays.stream(standbys).map(NodeName::of).collect(Collectors.toSet());
        return Decision.of(
                new Action.WriteSync(new SyncState(Optional.of(NodeName.of(leader)), 0, names, revision)), reason);
    }
}
