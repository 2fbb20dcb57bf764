package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import java.time.Duration;
import java.util.Optional;

/** A person asked the leader to make room: do it when it is due and somebody can take over, otherwise say no. */
final class Handover {
    static final Duration GLANCE = Duration.ofMillis(200);
    private static final int STALE_AFTER_HALF_LOOP_WAITS = 3;

    private Handover() {}

    /** What the leader has to do about the request, if anything; how it begins to make room is given. */
    static Optional<Decision> decide(Snapshot now, ClusterView view, Decision makeRoom) {
        Optional<FailoverRequest> present = view.failoverRequest();
        if (present.isEmpty()) {
            return Optional.empty();
        }
        FailoverRequest request = present.get();
        if (request.isFor(now.self()) || isForAnotherLeader(now, request)) {
            return consume(request, Reason.REQUEST_FULFILLED);
        }
        if (isStale(now, request)) {
            return consume(request, Reason.REQUEST_STALE);
        }
        if (!isDue(now, view)) {
            return Optional.empty();
        }
        boolean possible = Successors.existFor(request, now, view)
                && !(now.config().paused() && request.candidate().isEmpty());
        return possible ? Optional.of(makeRoom) : consume(request, Reason.REQUEST_IMPOSSIBLE);
    }

    /**
     * The server is down, perhaps because it was stopped for the request: whoever holds the end of its log may lead. A person
     * who has named a candidate in a failover may lose what that one lacks; a switchover loses nothing.
     */
    static Optional<Decision> afterStop(Snapshot now, ClusterView view, LeaderEntry entry) {
        if (!isDue(now, view)) {
            return Optional.empty();
        }
        FailoverRequest request = view.failoverRequest().orElseThrow();
        if (!Successors.existFor(request, now, view)) {
            return Optional.empty();
        }
        if (!now.database().is(ServerState.STOPPED)) {
            return !now.database().standbyData() && needsNoEnd(request, now, view)
                    ? Optional.of(release(entry, Optional.empty()))
                    : Optional.empty();
        }
        Lsn end = now.database().wal().position();
        if (end.equals(Lsn.ZERO) || Successors.holdEnd(request, now, view, end)) {
            return Optional.of(release(entry, Optional.of(end).filter(lsn -> lsn.value() != 0)));
        }
        if (!now.isBeyondLoopWait(now.database().inState())) {
            return Optional.of(Decision.waiting(GLANCE, Reason.SUCCESSOR_CATCHING_UP));
        }
        return request.isSwitchover()
                ? consume(request, Reason.REQUEST_IMPOSSIBLE)
                : Optional.of(release(entry, Optional.of(end)));
    }

    /** Whether the server need not come up for its leader to make room: a person does not wait for a recovery that may take hours. */
    static boolean cutsStartShort(Snapshot now, ClusterView view) {
        return isDue(now, view)
                && Successors.existFor(view.failoverRequest().orElseThrow(), now, view)
                && needsNoEnd(view.failoverRequest().orElseThrow(), now, view);
    }

    /** It has crashed, or was ended at once because it took too long: synchronous standbys lack nothing, and a failover may. */
    private static boolean needsNoEnd(FailoverRequest request, Snapshot now, ClusterView view) {
        return !request.isSwitchover() || (view.sync().isActive() && Successors.exist(now, view));
    }

    private static Decision release(LeaderEntry entry, Optional<Lsn> end) {
        return Decision.of(new Action.ReleaseLeadership(entry.revision(), end), Reason.HANDING_OVER);
    }

    /** Whether this leader should make room now. */
    static boolean isDue(Snapshot now, ClusterView view) {
        return view.failoverRequest()
                .filter(request -> !request.isFor(now.self()) && !isForAnotherLeader(now, request))
                .filter(request ->
                        !untilDue(now, request).filter(Handover::isPositive).isPresent())
                .isPresent();
    }

    /**
     * The request that members without a leader go by: one for at once, or one that was scheduled for about now, since their
     * clocks differ. A paused cluster has no schedule.
     */
    static Optional<FailoverRequest> inForce(Snapshot now, ClusterView view) {
        return view.failoverRequest()
                .filter(request -> untilDue(now, request)
                        .filter(left -> left.compareTo(now.config().loopWait()) > 0)
                        .isEmpty());
    }

    /** The leader has nothing to do but wait, until a scheduled request is due if there is one. */
    static Decision awaited(Snapshot now, ClusterView view, Reason reason) {
        return view.failoverRequest()
                .flatMap(request -> untilDue(now, request))
                .filter(Handover::isPositive)
                .map(left -> Decision.waiting(left, reason))
                .orElse(Decision.waiting(reason));
    }

    private static boolean isForAnotherLeader(Snapshot now, FailoverRequest request) {
        Optional<NodeName> leader = request.leader();
        return leader.isPresent() && !leader.get().equals(now.self());
    }

    private static boolean isStale(Snapshot now, FailoverRequest request) {
        Duration tolerated = now.config()
                .loopWait()
                .multipliedBy(STALE_AFTER_HALF_LOOP_WAITS)
                .dividedBy(2);
        return untilDue(now, request)
                .filter(left -> left.plus(tolerated).isNegative())
                .isPresent();
    }

    /** Absent when the request is for at once; times do not count while the cluster is paused. */
    private static Optional<Duration> untilDue(Snapshot now, FailoverRequest request) {
        return request.scheduledAt()
                .map(at -> now.config().paused() ? Action.Wait.LONGEST : Duration.between(now.now(), at));
    }

    private static boolean isPositive(Duration left) {
        return !left.isNegative() && !left.isZero();
    }

    private static Optional<Decision> consume(FailoverRequest request, Reason reason) {
        return Optional.of(Decision.of(new Action.ConsumeRequest(request.revision()), reason));
    }
}
