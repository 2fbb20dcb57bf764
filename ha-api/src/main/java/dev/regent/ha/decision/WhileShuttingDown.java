package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.spi.StopMode;
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
            return Decision.of(new Operation.Stop(mode(now)), Reason.SHUTTING_DOWN);
        }
        if (mine.isPresent()) {
            return Decision.of(
                    new Action.ReleaseLeadership(mine.get().revision(), finalPosition(now)), Reason.SHUTTING_DOWN);
        }
        return Decision.of(Action.FINISH, Reason.LEFT);
    }

    /** A server that may accept writes while others may lead is not given the time to end well. */
    private static StopMode mode(Snapshot now) {
        if (now.isSureToLead()) {
            return StopMode.GRACEFUL;
        }
        return now.database().mayAcceptWrites() ? StopMode.IMMEDIATE : StopMode.FAST;
    }

    private static Optional<Lsn> finalPosition(Snapshot now) {
        return now.database().is(ServerState.STOPPED) && now.database().wal().isKnown()
                ? Optional.of(now.database().wal().position())
                : Optional.empty();
    }
}
