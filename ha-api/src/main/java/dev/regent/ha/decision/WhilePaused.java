package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.LeaderEntry;
import java.util.Optional;

/** A person has paused the cluster: nothing starts, stops or is promoted by itself; followers still follow. */
final class WhilePaused {
    private WhilePaused() {}

    static Decision decide(Snapshot now, ClusterView view) {
        if (view.isLedBy(now.self())) {
            return asLeader(now, view);
        }
        return view.isVacant() ? withoutLeader(now, view) : withLeader(now, view);
    }

    private static Decision asLeader(Snapshot now, ClusterView view) {
        LeaderEntry entry = view.leader().orElseThrow();
        Optional<Decision> bound = FailsafeRules.asLeader(now, entry);
        if (bound.isPresent()) {
            return bound.get();
        }
        if (!entry.ours()) {
            return Decision.of(Action.claim(view), Reason.EARLIER_LIFE_LED);
        }
        if (now.config().isStandbyCluster() && now.database().is(ServerState.STANDBY)) {
            return Configuring.decide(now).orElseGet(() -> AsStandbyLeader.asStandby(now, view, entry));
        }
        if (now.config().isStandbyCluster() && now.database().is(ServerState.PRIMARY)) {
            return Decision.waiting(Reason.PAUSED, Reason.CLUSTER_BECOMES_STANDBY.text());
        }
        if (now.database().is(ServerState.PRIMARY)) {
            return Configuring.decide(now)
                    .or(() -> ByOrder.nextStep(now, view))
                    .orElseGet(() -> AsLeader.asPrimary(now, view));
        }
        if (now.database().is(ServerState.STANDBY) && requestForMe(now, view).isPresent()) {
            if (now.isSessionRunningOut()) {
                return Decision.waiting(AsLeader.UNTIL_RENEWED, Reason.SESSION_RUNNING_OUT);
            }
            return SynchronousSet.beforePromotion(now, view)
                    .orElse(Decision.of(new Operation.Promote(), Reason.REQUESTED_CANDIDATE));
        }
        return ByOrder.nextStep(now, view).orElseGet(() -> withoutPrimary(now, view, entry));
    }

    private static Decision withoutPrimary(Snapshot now, ClusterView view, LeaderEntry entry) {
        if (isToComeBack(now)) {
            return now.isSessionRunningOut()
                    ? Decision.waiting(AsLeader.UNTIL_RENEWED, Reason.SESSION_RUNNING_OUT)
                    : AsLeader.whileDown(now, view, entry);
        }
        return switch (now.database().state()) {
            case STARTING, UNRESPONSIVE -> Decision.waiting(Reason.PAUSED);
            case ABSENT, INCOMPLETE, STOPPED, CRASHED, STANDBY, PRIMARY ->
                Decision.of(
                        new Action.ReleaseLeadership(entry.revision(), Optional.empty()),
                        Reason.PAUSED_WITHOUT_PRIMARY);
        };
    }

    /** A person has had the server stopped in order to start it again, or for another leader: it is started, once. */
    private static boolean isToComeBack(Snapshot now) {
        return isDown(now) && (ByOrder.bringsBack(now) || isStoppedByRegent(now));
    }

    private static boolean isDown(Snapshot now) {
        return now.database().hasUsableData() && !now.database().isRunning();
    }

    private static boolean isStoppedByRegent(Snapshot now) {
        return now.last(Operation.Stop.class)
                .filter(stop -> !isTriedSince(now, Operation.StartPrimary.class, stop)
                        && !isTriedSince(now, Operation.StartStandby.class, stop))
                .isPresent();
    }

    private static boolean isTriedSince(Snapshot now, Class<? extends Operation> start, FinishedOperation stop) {
        return now.last(start)
                .filter(started -> started.ago().compareTo(stop.ago()) < 0)
                .isPresent();
    }

    private static Decision withoutLeader(Snapshot now, ClusterView view) {
        if (now.database().is(ServerState.PRIMARY)) {
            return Decision.of(Action.claim(view), Reason.PRIMARY_WITHOUT_LEADER);
        }
        Optional<Decision> ordered = ByOrder.nextStep(now, view);
        if (ordered.isPresent()) {
            return ordered.get();
        }
        if (ByOrder.bringsBack(now) && isDown(now)) {
            return Decision.of(new Operation.StartStandby(Optional.empty()), Reason.ORDERED);
        }
        return requestForMe(now, view)
                .filter(request -> now.database().is(ServerState.STANDBY))
                .map(request -> FailsafeRules.beforeRace(now, view)
                        .orElseGet(() -> AsCandidate.asRequestedCandidate(now, view, request)))
                .orElse(Decision.waiting(Reason.PAUSED));
    }

    private static Decision withLeader(Snapshot now, ClusterView view) {
        Optional<Decision> ordered = ByOrder.nextStep(now, view);
        if (ordered.isPresent()) {
            return ordered.get();
        }
        if (isToComeBack(now)) {
            return AsFollower.whileDown(now, view, view.leaderMember().orElseThrow());
        }
        boolean follows = now.database().is(ServerState.STANDBY)
                && view.leaderMember().flatMap(leader -> leader.asUpstream()).isPresent();
        return follows
                ? AsFollower.asStandby(now, view, view.leaderMember().orElseThrow())
                : Decision.waiting(Reason.PAUSED);
    }

    private static Optional<FailoverRequest> requestForMe(Snapshot now, ClusterView view) {
        return Handover.inForce(now, view).filter(request -> request.isFor(now.self()));
    }
}
