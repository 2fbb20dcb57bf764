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
    /** One failure may be the network's. */
    private static final int REWINDS_BEFORE_COPY = 3;

    private AsFollower() {}

    static Decision decide(Snapshot now, ClusterView view) {
        if (now.database().mayAcceptWrites()) {
            return Decision.of(new Operation.Stop(StopMode.IMMEDIATE), Reason.NOT_THE_LEADER);
        }
        Optional<Decision> configuring = Configuring.decide(now);
        if (configuring.isPresent()) {
            return configuring.get();
        }
        Optional<Decision> ordered = ByOrder.nextStep(now, view);
        if (ordered.isPresent()) {
            return ordered.get();
        }
        Member leader = view.leaderMember().orElseThrow();
        return switch (now.database().state()) {
            case STARTING -> Decision.waiting(Reason.SERVER_STARTING);
            case UNRESPONSIVE, PRIMARY -> Decision.waiting(Reason.SERVER_DOES_NOT_ANSWER);
            case STANDBY -> asStandby(now, view, leader);
            case ABSENT, INCOMPLETE, STOPPED, CRASHED -> whileDown(now, view, leader);
        };
    }

    static Decision whileDown(Snapshot now, ClusterView view, Member leader) {
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
            case DIVERGED -> now.database().canRewind() ? rewind(now, leader) : copyAnew(now, leader);
            case DIVERGED_BEYOND_REWIND -> copyAnew(now, leader);
        };
    }

    private static Decision rewind(Snapshot now, Member leader) {
        Optional<Upstream> source = leader.asUpstream().filter(upstream -> leader.isRunningPrimary());
        if (source.isEmpty()) {
            return Decision.waiting(Reason.LEADER_NOT_RUNNING_YET);
        }
        if (now.config().copyWhenRewindFails() && hasFailedToRewind(now)) {
            return Decision.of(new Operation.Discard(), Reason.REWIND_FAILED_SO_COPIED_ANEW);
        }
        return leader.checkpointPending()
                ? Decision.waiting(Reason.LEADER_NOT_READY_FOR_REWIND)
                : Decision.of(new Operation.Rewind(source.get()), Reason.DIVERGED);
    }

    /** The last rung: only from a leader that is there to be copied, and only where the configuration allows it. */
    private static Decision copyAnew(Snapshot now, Member leader) {
        if (!now.config().copyWhenDiverged()) {
            return Decision.waiting(Reason.DIVERGED_AND_CANNOT_REWIND);
        }
        return leader.isRunningPrimary()
                ? Decision.of(new Operation.Discard(), Reason.DIVERGED_SO_COPIED_ANEW)
                : Decision.waiting(Reason.LEADER_NOT_RUNNING_YET);
    }

    /** What failed before the data was copied anew concerned other data. */
    private static boolean hasFailedToRewind(Snapshot now) {
        return now.last(Operation.Rewind.class)
                .filter(last -> last.isFailure() && last.failuresInARow() >= REWINDS_BEFORE_COPY)
                .filter(last -> now.last(Operation.Discard.class)
                        .filter(copied -> copied.ago().compareTo(last.ago()) < 0)
                        .isEmpty())
                .isPresent();
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
        if (diverged && (now.database().canRewind() || now.config().copyWhenDiverged())) {
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
