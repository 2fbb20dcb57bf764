package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.spi.StopMode;
import java.util.List;
import java.util.Optional;

/**
 * The leader entry names this node and the cluster is a standby of another: follow the remote server, for all to follow this
 * one. A server that still accepts writes is stopped in good order, so that all that it has written reaches whoever follows it.
 */
final class AsStandbyLeader {
    private AsStandbyLeader() {}

    static Decision decide(Snapshot now, ClusterView view, LeaderEntry entry) {
        DatabaseStatus database = now.database();
        if (database.mayAcceptWrites()) {
            return Decision.of(new Operation.Stop(StopMode.FAST), Reason.CLUSTER_BECOMES_STANDBY);
        }
        Optional<Decision> ordered = ByOrder.nextStep(now, view);
        if (ordered.isPresent()) {
            return ordered.get();
        }
        return switch (database.state()) {
            case ABSENT, INCOMPLETE -> release(entry, Reason.LEADER_WITHOUT_DATA);
            case STOPPED, CRASHED -> whileDown(now, view, entry);
            case STARTING -> Decision.waiting(Reason.SERVER_STARTING);
            case UNRESPONSIVE, PRIMARY -> Decision.waiting(Reason.SERVER_DOES_NOT_ANSWER);
            case STANDBY -> asStandby(now, view, entry);
        };
    }

    private static Decision whileDown(Snapshot now, ClusterView view, LeaderEntry entry) {
        boolean hasJustFailed =
                now.hasJustFailedTo(Operation.StartStandby.class) || now.hasJustFailedTo(Operation.Rewind.class);
        return hasJustFailed && Successors.exist(now, view)
                ? release(entry, Reason.CANNOT_START)
                : FollowingRemote.start(now, Upstreams.remote(now), Reason.LEADER_SERVER_DOWN);
    }

    static Decision asStandby(Snapshot now, ClusterView view, LeaderEntry entry) {
        Optional<Decision> handover = Handover.decide(now, view, release(entry, Reason.HANDING_OVER));
        if (handover.isPresent()) {
            return handover.get();
        }
        Optional<Decision> diverged = FollowingRemote.whileDiverged(now);
        if (diverged.isPresent()) {
            return diverged.get();
        }
        if (now.database().needsLargerSettings() && !now.config().paused()) {
            return Decision.of(new Operation.Stop(StopMode.FAST), Reason.SETTINGS_TOO_SMALL);
        }
        if (!Upstreams.isFollowed(Upstreams.remote(now), now.database())) {
            return Decision.of(new Operation.Follow(Upstreams.remote(now)), Reason.REMOTE_TO_FOLLOW);
        }
        return Pacing.first(
                        now, List.of(() -> Slots.decide(now, view), () -> SynchronousSet.inStandbyCluster(now, view)))
                .orElse(Handover.awaited(
                        now,
                        view,
                        now.database().streaming()
                                ? Reason.LEADING_STANDBY_CLUSTER
                                : FollowingRemote.whyQuiet(now, Reason.NOT_STREAMING_FROM_REMOTE)));
    }

    private static Decision release(LeaderEntry entry, Reason reason) {
        return Decision.of(new Action.ReleaseLeadership(entry.revision(), Optional.empty()), reason);
    }
}
