package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Lsn;
import java.time.Duration;
import java.util.Optional;

/**
 * A leader's server is being stopped so that another may lead. Its log may have ended long before its last process does, since
 * the archiver takes its time: whoever holds that end may lead at once.
 */
final class WhileStopping {
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private WhileStopping() {}

    static Optional<Decision> decide(Snapshot now, RunningOperation running) {
        boolean leaves = now.shuttingDown() && !now.config().paused();
        boolean makesRoom = running.is(Operation.Stop.class)
                && !now.database().standbyData()
                && now.knowledge() instanceof Knowledge.Seen seen
                && seen.view().isSurelyLedBy(now.self())
                && (leaves || Handover.isDue(now, seen.view()));
        if (!makesRoom) {
            return Optional.empty();
        }
        ClusterView view = now.knowledge().lastView();
        LeaderEntry entry = view.leader().orElseThrow();
        Reason reason = leaves ? Reason.SHUTTING_DOWN : Reason.HANDING_OVER;
        Optional<Lsn> end = end(now.database())
                .filter(reached -> leaves ? Successors.holdEnd(now, view, reached) : isHeldAsAsked(now, view, reached));
        return Optional.of(
                end.isPresent()
                        ? Decision.of(new Action.ReleaseLeadership(entry.revision(), end), reason)
                        : new Decision(
                                new Action.Wait(GLANCE),
                                Reason.OPERATION_UNDER_WAY,
                                running.operation().label()));
    }

    private static Optional<Lsn> end(DatabaseStatus database) {
        return database.is(ServerState.STOPPED) && database.wal().isKnown()
                ? Optional.of(database.wal().position())
                : Optional.empty();
    }

    private static boolean isHeldAsAsked(Snapshot now, ClusterView view, Lsn end) {
        FailoverRequest request = view.failoverRequest().orElseThrow();
        return Successors.existFor(request, now, view) && Successors.holdEnd(request, now, view, end);
    }
}
