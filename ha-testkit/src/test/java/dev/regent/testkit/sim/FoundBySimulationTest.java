package dev.regent.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.FailsafeState;
import dev.regent.ha.decision.FinishedOperation;
import dev.regent.ha.decision.Knowledge;
import dev.regent.ha.decision.NodeOrders;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.decision.StandardElection;
import dev.regent.ha.model.ClusterStatus;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerFacts;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.FailsafeMembers;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.Initialization;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.MemberFacts;
import dev.regent.ha.model.MemberState;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Role;
import dev.regent.ha.model.SyncState;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.TimelineSwitch;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.PeerStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the simulation has found in the engine and its decisions, each as the shortest course of events that shows it. */
class FoundBySimulationTest {
    private static final NodeName SELF = OneNode.SELF;
    private static final NodeName OTHER = NodeName.of("n2");
    private static final String SYSTEM_ID = OneNode.SYSTEM_ID;
    // The engine

    @Test
    void aPromotionDecidedBeforeALongPauseIsNotBegun() throws Exception {
        OneNode node = OneNode.withStandby();
        Snapshot now = node.untilItPromotes();
        Decision decision = node.cycle.decide(now);

        node.queue.runUntil(node.queue.now() + 60 * EventQueue.SECOND);
        boolean looksAgain = node.cycle.act(now, decision);

        assertThat(node.operations.running()).isEmpty();
        assertThat(looksAgain).isTrue();
    }

    @Test
    void aPromotionThatEndsWhileTheNodeLooksLeavesTheWatchdogArmed() throws Exception {
        OneNode node = OneNode.withStandby();
        Snapshot now = node.untilItPromotes();
        node.cycle.act(now, node.cycle.decide(now));
        node.whilePeersAreAsked = node.operations::finishAtOnce;

        node.toldToGuardian.clear();
        node.cycle.observe();

        assertThat(node.toldToGuardian).containsExactly("allow");
    }

    @Test
    void aReleaseThatArrivesLateDoesNotTakeTheLeadershipThatWasClaimedAgain() throws Exception {
        OneNode node = OneNode.withStandby();
        Snapshot now = node.untilItPromotes();
        long revision = now.knowledge().lastView().leader().orElseThrow().revision();
        node.dcs.losesNextDeletion = true;

        node.cycle.act(
                now, Decision.of(new Action.ReleaseLeadership(revision, Optional.empty()), Reason.LEADER_SERVER_DOWN));
        node.untilItPromotes();

        assertThat(node.store.open().delete("leader", Expected.at(revision)))
                .as("what was on the way all the time takes effect")
                .isFalse();
    }

    @Test
    void aLateAdditionToTheSyncEntryComesTooLateOnceCommitsWaitForOthers() throws Exception {
        OneNode node = OneNode.withStandby();
        node.untilItPromotes();
        assertThat(node.store.open().write("sync", "{\"leader\":\"n1\",\"sync_standby\":null}", Expected.ABSENT))
                .isTrue();
        Snapshot now = node.cycle.observe();
        SyncState sync = now.knowledge().lastView().sync();
        node.dcs.losesNextWrite = true;

        Set<NodeName> added = Set.of(OTHER);
        node.cycle.act(now, Decision.of(new Action.WriteSync(sync.with(SELF, added)), Reason.SYNC_STANDBY_CONFIRMED));
        Decision waitForNobody = Decision.of(new Operation.SetSynchronousStandbys(""), Reason.SYNC_STANDBY_WANTED);
        boolean looksAgain = node.cycle.act(node.cycle.observe(), waitForNobody);

        assertThat(looksAgain).isTrue();
        assertThat(node.operations.running()).isEmpty();
        assertThat(node.store
                        .open()
                        .write("sync", "late", Expected.at(sync.revision().orElseThrow())))
                .isFalse();
        node.cycle.act(node.cycle.observe(), waitForNobody);
        assertThat(node.operations.running()).isPresent();
    }

    // Decisions

    private static DatabaseStatus server(ServerState state, boolean standbyData, int timeline, long lsn) {
        return new DatabaseStatus(
                state,
                standbyData,
                Optional.of(SYSTEM_ID),
                WalPosition.at(timeline, new Lsn(lsn)),
                List.of(),
                false,
                List.of(),
                "",
                Lsn.ZERO,
                Map.of(),
                true,
                List.of(),
                false,
                true,
                false,
                false,
                Duration.ZERO,
                ServerFacts.NONE,
                Optional.empty());
    }

    private static ClusterView view(Optional<LeaderEntry> leader, int timeline) {
        TimelineSwitch end = new TimelineSwitch(
                timeline - 1,
                new Lsn(1000),
                "no recovery target specified",
                Optional.of(OffsetDateTime.now(Clock.systemUTC())),
                Optional.of(OTHER));
        Member other = new Member(
                OTHER,
                Optional.of("postgres://host-n2:5432/postgres"),
                Optional.empty(),
                MemberState.RUNNING,
                Role.PRIMARY,
                Tags.NONE,
                WalPosition.at(timeline, new Lsn(2000)),
                Optional.empty(),
                false,
                false,
                MemberFacts.NONE,
                "4.1.4");
        return new ClusterView(
                Optional.of(new Initialization(SYSTEM_ID, 1, false)),
                Optional.of(DynamicConfig.DEFAULT),
                leader,
                Map.of(OTHER, other),
                ClusterStatus.NONE,
                Optional.empty(),
                SyncState.NONE,
                List.of(end),
                FailsafeMembers.NONE);
    }

    private static Decision decide(
            ClusterView view,
            DatabaseStatus server,
            PeerStatus other,
            Map<Class<? extends Operation>, FinishedOperation> done) {
        return new Decider(StandardElection.policy())
                .decide(new Snapshot(
                        OneNode.SETTINGS,
                        new Knowledge.Seen(view),
                        server,
                        Duration.ofSeconds(25),
                        Optional.empty(),
                        done,
                        Map.of(OTHER, other),
                        Optional.empty(),
                        HaConfig.DEFAULT,
                        Optional.empty(),
                        Duration.ZERO,
                        Optional.empty(),
                        NodeOrders.NONE,
                        Optional.empty(),
                        FailsafeState.NONE,
                        OffsetDateTime.now(Clock.systemUTC())));
    }

    private static PeerStatus standbyAt(int timeline, long lsn) {
        return new PeerStatus.Answer(true, WalPosition.at(timeline, new Lsn(lsn)), Tags.NONE, false);
    }

    @Test
    void aStandbyOnAnOlderTimelineDoesNotBeginASecondOneOfTheSameNumber() {
        Decision decision = decide(
                view(Optional.empty(), 4),
                server(ServerState.STANDBY, true, 3, 1000),
                new PeerStatus.Silent("dead"),
                Map.of());

        assertThat(decision.reason()).isEqualTo(Reason.NOT_STANDING);
        assertThat(decision.explanation()).contains("I am on timeline 3, the cluster is on 4");
    }

    @Test
    void whoHasClaimedOnAnOldLookGivesWayWhenAnotherHasLedMeanwhile() {
        Decision decision = decide(
                view(Optional.of(new LeaderEntry(SELF, 9, true)), 4),
                server(ServerState.STANDBY, true, 3, 1000),
                new PeerStatus.Silent("dead"),
                Map.of());

        assertThat(decision.action()).isEqualTo(new Action.ReleaseLeadership(9, Optional.empty()));
        assertThat(decision.reason()).isEqualTo(Reason.OVERTAKEN);
    }

    @Test
    void aMemberOnAnOlderTimelineDoesNotKeepOthersFromLeadingHoweverFarItIs() {
        Decision decision = decide(
                view(Optional.empty(), 4), server(ServerState.STANDBY, true, 4, 1500), standbyAt(3, 9000), Map.of());

        assertThat(decision.action()).isInstanceOf(Action.ClaimLeadership.class);
    }

    @Test
    void aFormerPrimaryOnATimelineOfTheLeadersNumberDoesNotFollowIt() {
        Decision decision = decide(
                view(Optional.of(new LeaderEntry(OTHER, 9, false)), 4),
                server(ServerState.STOPPED, false, 4, 1500),
                standbyAt(4, 0),
                Map.of());

        assertThat(decision.reason()).isEqualTo(Reason.DIVERGED_AND_CANNOT_REWIND);
    }

    @Test
    void aPromotionThatFailedLongAgoIsTriedAgain() {
        Decision decision = decide(
                view(Optional.of(new LeaderEntry(SELF, 9, true)), 4),
                server(ServerState.STANDBY, true, 4, 1500),
                standbyAt(4, 1500),
                failedToPromote(Duration.ofMinutes(2)));

        assertThat(decision.action()).isEqualTo(new Operation.Promote());
    }

    @Test
    void whoHasJustFailedToPromoteMakesRoomAndDoesNotStandAtOnce() {
        var justFailed = failedToPromote(Duration.ofMillis(10));
        DatabaseStatus standby = server(ServerState.STANDBY, true, 4, 1500);

        Decision asLeader =
                decide(view(Optional.of(new LeaderEntry(SELF, 9, true)), 4), standby, standbyAt(4, 1500), justFailed);
        Decision afterwards = decide(view(Optional.empty(), 4), standby, standbyAt(4, 1500), justFailed);

        assertThat(asLeader.action()).isInstanceOf(Action.ReleaseLeadership.class);
        assertThat(afterwards.action())
                .isEqualTo(Decision.of(Action.WAIT, Reason.CANNOT_PROMOTE).action());
        assertThat(afterwards.reason()).isEqualTo(Reason.CANNOT_PROMOTE);
    }

    private static Map<Class<? extends Operation>, FinishedOperation> failedToPromote(Duration ago) {
        return Map.of(
                Operation.Promote.class,
                new FinishedOperation(new Operation.Promote(), Optional.of("cancelled"), ago, 1));
    }
}
