package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.CLAIM_VACANT;
import static dev.regent.testkit.decision.Decided.PROMOTE;
import static dev.regent.testkit.decision.Decided.START_PRIMARY;
import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.Decided.upstream;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.RemoteToAsk;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.TimelineSwitch;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.StopMode;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is decided where the whole cluster is a standby of another one. */
class StandbyClusterDecisionsTest {
    private static final Upstream REMOTE = new Upstream(NodeName.of("the remote server"), new Address("remote", 5432));
    private static final Lsn BEFORE = new Lsn(ServerBuilder.POSITION.value() - 1);
    private static final Lsn AFTER = new Lsn(ServerBuilder.POSITION.value() + 1);
    private static final Decision FOLLOW_REMOTE =
            Decision.of(new Operation.Follow(Optional.of(REMOTE)), Reason.REMOTE_TO_FOLLOW);

    private static SnapshotBuilder inStandbyCluster() {
        return aSnapshot().standbyCluster("remote");
    }

    private static SnapshotBuilder standbyLeader() {
        return inStandbyCluster().leading().standby().server(facts -> facts.following("remote"));
    }

    private static SnapshotBuilder follower() {
        return inStandbyCluster()
                .standby()
                .server(facts -> facts.following("b"))
                .ledBy("b")
                .member(aMember("b").standbyLeader());
    }

    private static TimelineSwitch ended(int timeline, Lsn at) {
        return new TimelineSwitch(timeline, at, "no recovery target specified", Optional.empty(), Optional.empty());
    }

    // Creation

    @Test
    void aNewStandbyClusterBeginsAsACopyOfTheRemoteServer() {
        SnapshotBuilder nothing = inStandbyCluster().state(ServerState.ABSENT).view(ViewBuilder::notInitialized);

        assertThat(decide(nothing).action()).isEqualTo(new Action.ClaimInitialization());
        assertThat(decide(nothing.view(facts -> facts.initialization("", true))))
                .isEqualTo(Decision.of(new Operation.Clone(REMOTE), Reason.I_CREATE_THE_STANDBY_CLUSTER));
    }

    @Test
    void itsConfigurationIsPublishedAndTakenOverBeforeTheCopyBegins() {
        assertThat(decide(creator().configMissing()).action()).isInstanceOf(Action.PublishConfig.class);
        assertThat(decide(creator().configNotApplied()).reason()).isEqualTo(Reason.CONFIG_CHANGED);
        assertThat(decide(follower().state(ServerState.ABSENT).configNotApplied())
                        .reason())
                .isEqualTo(Reason.CONFIG_CHANGED);
    }

    private static SnapshotBuilder creator() {
        return inStandbyCluster().state(ServerState.ABSENT).view(facts -> facts.initialization("", true));
    }

    @Test
    void aClusterThatLivesFromAnArchiveAloneCannotBeCopiedYet() {
        assertThat(waits(
                        decide(aSnapshot()
                                .configured("standby_cluster", java.util.Map.of("restore_command", "fetch"))
                                .state(ServerState.ABSENT)
                                .view(facts -> facts.initialization("", true))),
                        Reason.NOTHING_TO_CLONE_FROM))
                .isTrue();
    }

    @Test
    void otherMembersAreCopiedFromTheStandbyLeader() {
        assertThat(decide(follower().state(ServerState.ABSENT)))
                .isEqualTo(Decision.of(new Operation.Clone(upstream("b")), Reason.LEADER_CAN_BE_CLONED));
    }

    @Test
    void whereNobodyHasDataAnyMoreTheRemoteServerIsCopied() {
        SnapshotBuilder lost = inStandbyCluster().state(ServerState.INCOMPLETE).remotePrimary(1);

        assertThat(waits(decide(lost.vacantFor(ofSeconds(1))), Reason.NOTHING_TO_CLONE_FROM))
                .isTrue();
        assertThat(decide(lost.vacantFor(ofSeconds(11))))
                .isEqualTo(Decision.of(new Operation.Clone(REMOTE), Reason.REMOTE_CAN_BE_CLONED));
        assertThat(waits(
                        decide(lost.view(facts -> facts.initialization("7300000000000000009", false))),
                        Reason.NOTHING_TO_CLONE_FROM))
                .isTrue();
    }

    // The leader

    @Test
    void theLeaderFollowsTheRemoteServerAndIsNeverPromoted() {
        assertThat(decide(inStandbyCluster().leading().standby())).isEqualTo(FOLLOW_REMOTE);
        assertThat(waits(decide(standbyLeader()), Reason.LEADING_STANDBY_CLUSTER))
                .isTrue();
    }

    @Test
    void theLeaderFollowsWhereTheConfigurationPointsNow() {
        assertThat(decide(standbyLeader().standbyCluster("remote", "port", 5433)))
                .isEqualTo(Decision.of(
                        new Operation.Follow(Optional.of(new Upstream(REMOTE.name(), new Address("remote", 5433)))),
                        Reason.REMOTE_TO_FOLLOW));
    }

    @Test
    void theLeaderKeepsSlotsForThoseWhoFollowIt() {
        assertThat(decide(standbyLeader().server(facts -> facts.slots()).member(aMember("b")))
                        .action())
                .isEqualTo(new Operation.ChangeSlots(SlotChanges.creating("b")));
        assertThat(decide(standbyLeader()
                                .server(facts -> facts.slots("b", "c"))
                                .member(aMember("b"))
                                .member(aMember("c").tag("replicatefrom", "b")))
                        .reason())
                .isEqualTo(Reason.LEADING_STANDBY_CLUSTER);
    }

    @Test
    void aLeaderThatIsDownIsStartedToFollowTheRemoteServer() {
        assertThat(decide(inStandbyCluster().leading().state(ServerState.STOPPED)))
                .isEqualTo(Decision.of(new Operation.StartStandby(Optional.of(REMOTE)), Reason.LEADER_SERVER_DOWN));
    }

    @Test
    void aLeaderThatDoesNotStartMakesRoom() {
        SnapshotBuilder down = inStandbyCluster()
                .leading()
                .state(ServerState.CRASHED)
                .failed(new Operation.StartStandby(Optional.of(REMOTE)), ZERO);

        assertThat(decide(down.answering("b")).reason()).isEqualTo(Reason.CANNOT_START);
    }

    @Test
    void aLeaderThatStreamsFromNobodyFollowsNobody() {
        assertThat(decide(standbyLeader().tag("nostream", true)))
                .isEqualTo(Decision.of(new Operation.Follow(Optional.empty()), Reason.REMOTE_TO_FOLLOW));
    }

    @Test
    void aStandbyLeaderNeedsNoWatchdog() {
        assertThat(decide(standbyLeader().watchdogFails("no such device")).reason())
                .isEqualTo(Reason.LEADING_STANDBY_CLUSTER);
    }

    @Test
    void theEntryOfSynchronousStandbysOutlivesTheConversionUntilTheRemoteServerHasItAll() {
        SnapshotBuilder leader = inStandbyCluster().leading().standby().view(facts -> facts.sync("a", 0, "b"));

        assertThat(decide(leader)).isEqualTo(FOLLOW_REMOTE);
        assertThat(decide(leader.server(facts -> facts.following("remote"))).action())
                .isInstanceOf(Action.DropSync.class);
    }

    // Handing over

    @Test
    void theLeadershipChangesWithoutAStop() {
        SnapshotBuilder asked =
                standbyLeader().switchoverTo("b").member(aMember("b")).answering("b");

        assertThat(decide(asked).action()).isInstanceOf(Action.ReleaseLeadership.class);
        assertThat(decide(asked).reason()).isEqualTo(Reason.HANDING_OVER);
    }

    @Test
    void aRequestThatNobodyCanFulfilIsTakenOffTheTable() {
        assertThat(decide(standbyLeader().switchoverTo("b").member(aMember("b")).silent("b"))
                        .reason())
                .isEqualTo(Reason.REQUEST_IMPOSSIBLE);
    }

    @Test
    void theRequestedCandidateTakesTheLeadOnAnyTimeline() {
        assertThat(decide(inStandbyCluster()
                        .standby()
                        .view(facts -> facts.timelineEnded(4, BEFORE))
                        .failoverTo("a")))
                .isEqualTo(Decision.of(CLAIM_VACANT, Reason.REQUESTED_CANDIDATE));
    }

    // Conversion of a running cluster

    @ParameterizedTest
    @EnumSource(
            value = ServerState.class,
            names = {"PRIMARY", "STARTING", "UNRESPONSIVE"})
    void aPrimaryThatLeadsIsStoppedInGoodOrder(ServerState state) {
        assertThat(decide(inStandbyCluster().leading().state(state).server(ServerBuilder::primaryData)))
                .isEqualTo(stop(StopMode.FAST, Reason.CLUSTER_BECOMES_STANDBY));
    }

    @Test
    void aPrimaryThatDoesNotLeadIsFencedAsEver() {
        assertThat(decide(inStandbyCluster().primary().ledBy("b")))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.NOT_THE_LEADER));
    }

    @Test
    void theFormerPrimaryComesBackAsAStandbyOfTheRemoteServer() {
        assertThat(decide(formerPrimary().remoteStandby(1)))
                .isEqualTo(Decision.of(new Operation.StartStandby(Optional.of(REMOTE)), Reason.LEADER_SERVER_DOWN));
        assertThat(decide(formerPrimary().remotePrimary(2, ended(1, AFTER))))
                .isEqualTo(Decision.of(new Operation.StartStandby(Optional.of(REMOTE)), Reason.LEADER_SERVER_DOWN));
    }

    @Test
    void aFormerPrimaryThatWroteWhatTheRemoteServerNeverHadIsRewound() {
        assertThat(decide(formerPrimary().remotePrimary(2, ended(1, BEFORE))))
                .isEqualTo(Decision.of(new Operation.Rewind(REMOTE), Reason.DIVERGED_FROM_REMOTE));
    }

    @Test
    void nobodyRewindsToAServerThatIsAStandbyOrSilent() {
        Decision start = Decision.of(new Operation.StartStandby(Optional.of(REMOTE)), Reason.LEADER_SERVER_DOWN);

        assertThat(decide(formerPrimary().remoteStandby(2, ended(1, BEFORE)))).isEqualTo(start);
        assertThat(decide(formerPrimary())).isEqualTo(start);
    }

    @Test
    void twoPrimariesOfOneTimelineCannotBeReconciled() {
        assertThat(waits(decide(formerPrimary().remotePrimary(1)), Reason.DIVERGED_AND_CANNOT_REWIND))
                .isTrue();
    }

    @Test
    void aPromotionUnderWayIsCalledOff() {
        assertThat(decide(inStandbyCluster().leading().standby().running(PROMOTE))
                        .action())
                .isEqualTo(Action.CANCEL_OPERATION);
        assertThat(decide(inStandbyCluster()
                                .leading()
                                .state(ServerState.STOPPED)
                                .server(ServerBuilder::primaryData)
                                .running(START_PRIMARY))
                        .action())
                .isEqualTo(Action.CANCEL_OPERATION);
    }

    @Test
    void whoLeadsWhenTheSectionIsTakenOutIsPromoted() {
        assertThat(decide(aSnapshot().leading().standby().server(facts -> facts.following("remote"))))
                .isEqualTo(Decision.of(PROMOTE, Reason.LEADER_WITHOUT_PRIMARY));
    }

    private static SnapshotBuilder formerPrimary() {
        return inStandbyCluster().leading().state(ServerState.STOPPED).server(ServerBuilder::primaryData);
    }

    // Followers

    @Test
    void membersFollowTheStandbyLeader() {
        assertThat(waits(decide(follower()), Reason.FOLLOWING)).isTrue();
        assertThat(decide(follower().server(facts -> facts.following("remote"))))
                .isEqualTo(Decision.of(new Operation.Follow(Optional.of(upstream("b"))), Reason.LEADER_CHANGED));
    }

    @Test
    void aMemberThatHasDivergedIsRewoundToTheRemoteServerNotToTheLeader() {
        SnapshotBuilder quiet = inStandbyCluster()
                .standby()
                .ledBy("b")
                .member(aMember("b").standbyLeader())
                .remotePrimary(2, ended(1, BEFORE));

        assertThat(decide(quiet)).isEqualTo(stop(StopMode.FAST, Reason.DIVERGED_FROM_REMOTE));
        assertThat(decide(quiet.state(ServerState.STOPPED)))
                .isEqualTo(Decision.of(new Operation.Rewind(REMOTE), Reason.DIVERGED_FROM_REMOTE));
    }

    @Test
    void aMemberThatCannotBeRewoundSaysSo() {
        SnapshotBuilder quiet = follower()
                .remotePrimary(2, ended(1, BEFORE))
                .server(ServerBuilder::cannotRewind)
                .server(ServerBuilder::notStreaming);

        assertThat(waits(decide(quiet), Reason.DIVERGED_AND_CANNOT_REWIND)).isTrue();
    }

    @Test
    void anotherClustersServerIsNothingToBeRewoundTo() {
        assertThat(decide(inStandbyCluster()
                        .leading()
                        .state(ServerState.STOPPED)
                        .server(facts -> facts.systemId("7300000000000000009"))
                        .view(facts -> facts.initialization("7300000000000000009", false))
                        .remotePrimary(2, ended(1, BEFORE))))
                .isEqualTo(Decision.of(new Operation.StartStandby(Optional.of(REMOTE)), Reason.LEADER_SERVER_DOWN));
    }

    // Without a leader

    @Test
    void theFurthestLeadsOfThoseOnTheLatestTimeline() {
        SnapshotBuilder vacant = inStandbyCluster().standby().server(facts -> facts.at(2, ServerBuilder.POSITION));

        assertThat(decide(vacant.peer("b", answer(1, AFTER))).action()).isEqualTo(CLAIM_VACANT);
        assertThat(waits(decide(vacant.peer("b", answer(3, BEFORE))), Reason.NOT_STANDING))
                .isTrue();
        assertThat(waits(decide(vacant.peer("b", answer(2, AFTER))), Reason.NOT_STANDING))
                .isTrue();
    }

    @Test
    void theRaceHasNeitherBackoffNorACheckOfTheTimeline() {
        assertThat(decide(inStandbyCluster()
                                .standby()
                                .configured("primary_race_backoff", 60)
                                .view(facts -> facts.timelineEnded(8, BEFORE))
                                .logGrew(ofSeconds(1)))
                        .action())
                .isEqualTo(CLAIM_VACANT);
    }

    @Test
    void whoDoesNotStandGoesOnToReceiveFromTheRemoteServer() {
        SnapshotBuilder behind = inStandbyCluster()
                .standby()
                .server(facts -> facts.following("b"))
                .answering("b", AFTER);

        assertThat(waits(decide(behind.vacantFor(ofSeconds(1))), Reason.NOT_STANDING))
                .isTrue();
        assertThat(decide(behind.vacantFor(ofSeconds(11)))).isEqualTo(FOLLOW_REMOTE);
    }

    @Test
    void aServerThatIsDownComesBackAsAStandbyOfTheRemoteServer() {
        assertThat(decide(inStandbyCluster().state(ServerState.STOPPED).vacantFor(ofSeconds(11))))
                .isEqualTo(Decision.of(new Operation.StartStandby(Optional.of(REMOTE)), Reason.MUST_RUN_TO_STAND));
    }

    private static PeerStatus answer(int timeline, Lsn position) {
        return new PeerStatus.Answer(
                true,
                dev.regent.ha.model.WalPosition.ofStandby(timeline, position, position),
                dev.regent.ha.model.Tags.NONE,
                false);
    }

    // Pause

    @Test
    void aPausedStandbyLeaderKeepsTheLead() {
        assertThat(decide(standbyLeader().paused()).reason()).isEqualTo(Reason.LEADING_STANDBY_CLUSTER);
        assertThat(decide(inStandbyCluster().leading().standby().paused())).isEqualTo(FOLLOW_REMOTE);
    }

    @Test
    void aPausedClusterIsNotConverted() {
        assertThat(waits(decide(inStandbyCluster().leading().primary().paused()), Reason.PAUSED))
                .isTrue();
    }

    // Whom is asked

    @Test
    void theRemoteServerIsAskedOnlyByWhoDoesNotReceive() {
        assertThat(asked(standbyLeader())).isEmpty();
        assertThat(asked(inStandbyCluster().leading().standby())).contains(REMOTE);
        assertThat(asked(formerPrimary())).contains(REMOTE);
        assertThat(asked(formerPrimary().paused())).isEmpty();
        assertThat(asked(formerPrimary().blind())).isEmpty();
        assertThat(asked(aSnapshot().standby())).isEmpty();
    }

    private static Optional<Upstream> asked(SnapshotBuilder builder) {
        Snapshot now = builder.build();
        return RemoteToAsk.of(now.knowledge(), now.database(), now.config());
    }
}
