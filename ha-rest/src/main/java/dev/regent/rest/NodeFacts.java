package dev.regent.rest;

import dev.regent.ha.NodeStatus;
import dev.regent.ha.decision.Knowledge;
import dev.regent.ha.decision.PublicTags;
import dev.regent.ha.engine.SelfDescription;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.HaConfig.SynchronousMode;
import dev.regent.ha.model.MemberState;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.Role;
import dev.regent.ha.model.ScheduledRestart;
import dev.regent.ha.model.StandbyCluster;
import dev.regent.ha.model.Tags;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/**
 * What a node can say at the moment of one request. Immutable.
 *
 * @param tags as others are to see them now
 * @param view the cluster, if the store's last answer may still be believed
 * @param leads the node is sure to lead at this moment
 * @param standbyCluster the whole cluster follows another one, so that its leader is a standby as well
 */
record NodeFacts(
        NodeSettings node,
        Tags tags,
        DatabaseStatus database,
        MemberState state,
        Role role,
        Optional<ClusterView> view,
        HaConfig config,
        boolean leads,
        boolean standbyCluster,
        Optional<OffsetDateTime> storeSeenAt,
        boolean watchdogFailed,
        boolean failsafeActive,
        Optional<ScheduledRestart> scheduledRestart) {

    static NodeFacts of(NodeView node, DatabaseStatus database) {
        Optional<NodeStatus> status = node.status();
        HaConfig config = status.map(seen -> seen.snapshot().config()).orElse(HaConfig.DEFAULT);
        boolean leads = isPositive(node.leadershipLeft());
        boolean standbyCluster = status.flatMap(seen -> seen.cluster().config())
                .flatMap(StandbyCluster::in)
                .isPresent();
        return new NodeFacts(
                node.settings(),
                PublicTags.of(
                        status.map(seen -> PublicTags.of(seen.snapshot()))
                                .orElse(node.settings().tags()),
                        database),
                database,
                SelfDescription.state(node.operation(), database, isRestarting(status)),
                SelfDescription.role(database, leads && standbyCluster),
                believableView(node),
                config,
                leads,
                standbyCluster,
                node.storeSeenAt(),
                node.isWatchdogFailed(),
                node.isFailsafeActive(),
                node.scheduledRestart());
    }

    /** The view is dropped with the first failure to read it, and when the node has not looked for as long as sessions live. */
    static Optional<ClusterView> believableView(NodeView node) {
        return node.status()
                .filter(seen -> node.sinceLastLook()
                        .filter(age -> age.compareTo(seen.snapshot().config().ttl()) < 0)
                        .isPresent())
                .flatMap(seen -> seen.snapshot().knowledge() instanceof Knowledge.Seen looked
                        ? Optional.of(looked.view())
                        : Optional.empty())
                .filter(view -> !view.equals(ClusterView.EMPTY));
    }

    /** Where the APIs of the members are; none when nothing is known of the cluster now. */
    static List<String> memberUrls(NodeView node) {
        return believableView(node)
                .map(view -> view.members().values().stream()
                        .flatMap(member -> member.apiUrl().stream())
                        .toList())
                .orElse(List.of());
    }

    /** Whether both come from the very same looks, so that they say the same; quick, and wrong only by a no. */
    @SuppressWarnings("ReferenceEquality")
    boolean isSameLook(NodeFacts other) {
        return database == other.database
                && config == other.config
                && node == other.node
                && view.orElse(ClusterView.EMPTY) == other.view.orElse(ClusterView.EMPTY)
                && state == other.state
                && role == other.role
                && tags.equals(other.tags)
                && leads == other.leads
                && standbyCluster == other.standbyCluster
                && watchdogFailed == other.watchdogFailed
                && failsafeActive == other.failsafeActive
                && scheduledRestart.equals(other.scheduledRestart)
                && storeSeenAt.equals(other.storeSeenAt);
    }

    private static boolean isRestarting(Optional<NodeStatus> status) {
        return status.filter(seen -> seen.snapshot().orders().isRestarting()).isPresent();
    }

    private static boolean isPositive(java.time.Duration left) {
        return !left.isNegative() && !left.isZero();
    }

    /** Whether the server itself has just told how it is. */
    boolean isLive() {
        return database.is(ServerState.PRIMARY) || database.is(ServerState.STANDBY);
    }

    boolean isRunning() {
        return state == MemberState.RUNNING;
    }

    boolean isSyncStandby() {
        return isPromisedStandby(SynchronousMode.PRIORITY);
    }

    boolean isQuorumStandby() {
        return isPromisedStandby(SynchronousMode.QUORUM);
    }

    private boolean isPromisedStandby(SynchronousMode mode) {
        return isLive()
                && role == Role.REPLICA
                && config.synchronousMode() == mode
                && view.isPresent()
                && view.get().sync().standbys().stream()
                        .anyMatch(standby -> standby.matches(node.name().value()));
    }

    Optional<String> replicationState() {
        return SelfDescription.replicationState(database);
    }

    boolean isUnlocked() {
        return view.isEmpty() || view.get().isVacant();
    }

    /** Bytes that the standby's replayed position is behind what is known of the leader's. */
    long replayLag() {
        return leaderPosition()
                - database.wal().replayed().map(lsn -> lsn.value()).orElse(0L);
    }

    /** Bytes that the standby's received position is behind what is known of the leader's. */
    long receiveLag() {
        return leaderPosition() - received();
    }

    /** What has been received, or at least replayed. */
    long received() {
        long received = database.wal().received().map(lsn -> lsn.value()).orElse(0L);
        return received != 0
                ? received
                : database.wal().replayed().map(lsn -> lsn.value()).orElse(0L);
    }

    /** The furthest that the store or the server's sender tells of; zero when nothing is known of the leader's position. */
    long leaderPosition() {
        long published = view.map(seen -> seen.status().optime().value()).orElse(0L);
        return Math.max(published, senderEnd());
    }

    private long senderEnd() {
        return database.facts().walSource().senderEnd().value();
    }

    /** Whether the leader's position is known of from anybody who can be believed now. */
    boolean knowsLeaderPosition() {
        return view.isPresent() || senderEnd() != 0;
    }
}
