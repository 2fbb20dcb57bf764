package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.util.Optional;

/** The node was told to leave: stop the server, then give the leadership away, then end. */
final class WhileShuttingDown {
    private WhileShuttingDown() {}

    static Decision decide(Snapshot now, ClusterView view) {
        if (now.config().paused()) {
            return Decision.of(Action.FINISH, Reason.PAUSED);
        }
        Optional<LeaderEntry> mine = view.leader().filter(entry -> view.isLedBy(now.self()));
        if (now.database().isRunning()) {
            return SynchronousDuty.beforeStop(
                            now, view, now.orders().leavingFor().orElse(Duration.ZERO))
                    .orElse(Decision.of(stop(now), Reason.SHUTTING_DOWN));
        }
        if (mine.isPresent() && isSomebodyCatchingUp(now, view)) {
            return Decision.waiting(Handover.GLANCE, Reason.SUCCESSOR_CATCHING_UP);
        }
        if (mine.isPresent()) {
            return Decision.of(
                    new Action.ReleaseLeadership(mine.get().revision(), finalPosition(now)), Reason.SHUTTING_DOWN);
        }
        return Decision.of(Action.FINISH, Reason.LEFT);
    }

    /** A server that may accept writes while others may lead is not given the time to end well. */
    private static Operation stop(Snapshot now) {
        if (now.isSureToLead()) {
            return new Operation.Stop(StopMode.GRACEFUL);
        }
        return new Operation.Stop(now.database().mayAcceptWrites() ? StopMode.IMMEDIATE : StopMode.FAST);
    }

    /** Who could lead and lacks the end of the log may still be receiving it from others; that is not waited for for long. */
    private static boolean isSomebodyCatchingUp(Snapshot now, ClusterView view) {
        Optional<Lsn> end = finalPosition(now);
        return end.isPresent()
                && !now.isBeyondLoopWait(now.database().inState())
                && Successors.exist(now, view)
                && !Successors.holdEnd(now, view, end.get());
    }

    private static Optional<Lsn> finalPosition(Snapshot now) {
        return now.database().is(ServerState.STOPPED) && now.database().wal().isKnown()
                ? Optional.of(now.database().wal().position())
                : Optional.empty();
    }
}
