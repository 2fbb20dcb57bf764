package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.StopMode;
import java.util.List;
import java.util.Optional;

/** Another node leads: accept no writes, and follow it. */
final class AsFollower {
    private AsFollower() {}

    static Decision decide(Snapshot now, ClusterView view) {
        if (now.database().mayAcceptWrites()) {
            return Decision.of(new Operation.Stop(StopMode.IMMEDIATE), Reason.NOT_THE_LEADER);
        }
        Optional<Decision> configuring = Configuring.decide(now);
        if (configuring.isPresent()) {
            return configuring.get();
        }
        Member leader = view.leaderMember().orElseThrow();
        return switch (now.database().state()) {
            case STARTING -> Decision.waiting(Reason.SERVER_STARTING);
            case UNRESPONSIVE, PRIMARY -> Decision.waiting(Reason.SERVER_DOES_NOT_ANSWER);
            case STANDBY -> asStandby(now, view, leader);
            case ABSENT, INCOMPLETE, STOPPED, CRASHED -> whileDown(now, view, leader);
        };
    }

    private static Decision whileDown(Snapshot now, ClusterView view, Member leader) {
        Optional<Upstream> upstream = Upstreams.of(now, view);
        if (upstream.isEmpty() && !now.node().tags().nostream()) {
            return Decision.waiting(Reason.LEADER_NOT_RUNNING_YET);
        }
        if (now.config().isStandbyCluster()) {
            return FollowingRemote.start(now, upstream, Reason.READY_TO_FOLLOW);
        }
        return switch (Divergence.of(now.database(), view, leader)) {
            case NONE -> Decision.of(new Operation.StartStandby(upstream), Reason.READY_TO_FOLLOW);
            case UNKNOWN -> Decision.waiting(Reason.LEADER_NOT_RUNNING_YET);
            case DIVERGED -> rewind(now, leader);
            case DIVERGED_BEYOND_REWIND -> Decision.waiting(Reason.DIVERGED_AND_CANNOT_REWIND);
        };
    }

    private static Decision rewind(Snapshot now, Member leader) {
        Optional<Upstream> source = leader.asUpstream().filter(upstream -> leader.isRunningPrimary());
        if (source.isEmpty()) {
            return Decision.waiting(Reason.LEADER_NOT_RUNNING_YET);
        }
        if (!now.database().canRewind()) {
            return Decision.waiting(Reason.DIVERGED_AND_CANNOT_REWIND);
        }
        return leader.checkpointPending()
                ? Decision.waiting(Reason.LEADER_NOT_READY_FOR_REWIND)
                : Decision.of(new Operation.Rewind(source.get()), Reason.DIVERGED);
    }

    static Decision asStandby(Snapshot now, ClusterView view, Member leader) {
        Optional<Decision> fromRemote = FollowingRemote.whileDiverged(now);
        if (fromRemote.isPresent()) {
            return fromRemote.get();
        }
        boolean diverged =
                !now.config().isStandbyCluster() && Divergence.of(now.database(), view, leader) == Divergence.DIVERGED;
        if (diverged && now.config().paused()) {
            return Decision.waiting(Reason.PAUSED, Reason.DIVERGED.text());
        }
        if (diverged && now.database().canRewind()) {
            return Decision.of(new Operation.Stop(StopMode.FAST), Reason.DIVERGED);
        }
        if (now.database().needsLargerSettings() && !now.config().paused()) {
            return Decision.of(new Operation.Stop(StopMode.FAST), Reason.SETTINGS_TOO_SMALL);
        }
        Optional<Upstream> upstream = Upstreams.of(now, view);
        if (upstream.isEmpty() && !now.node().tags().nostream()) {
            return Decision.waiting(Reason.LEADER_NOT_RUNNING_YET);
        }
        if (!Upstreams.isFollowed(upstream, now.database())) {
            return Decision.of(new Operation.Follow(upstream), Reason.LEADER_CHANGED);
        }
        if (diverged) {
            return Decision.waiting(Reason.DIVERGED_AND_CANNOT_REWIND);
        }
        return Pacing.first(now, List.of(() -> Slots.decide(now, view), () -> SynchronousSet.asFollower(now, view)))
                .orElse(Decision.waiting(
                        now.database().is(ServerState.STANDBY) && now.database().streaming()
                                ? Reason.FOLLOWING
                                : FollowingRemote.whyQuiet(now, Reason.NOT_STREAMING_YET)));
    }
}
