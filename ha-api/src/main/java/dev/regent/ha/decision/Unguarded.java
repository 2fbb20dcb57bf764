package dev.regent.ha.decision;

import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.spi.StopMode;
import java.util.Optional;

/**
 * The watchdog that this node needs to lead does not work: it gives the leadership away, after its server, which is stopped
 * in good order since nothing else is wrong. In a paused cluster, or a standby one, no watchdog is armed, so none is missed.
 */
final class Unguarded {
    private Unguarded() {}

    /** What is wrong; empty when the node may lead. */
    static Optional<String> problem(Snapshot now) {
        boolean needsNone = now.config().paused() || now.config().isStandbyCluster();
        return needsNone ? Optional.empty() : now.watchdogProblem();
    }

    static Optional<Decision> asLeader(Snapshot now, LeaderEntry entry) {
        return problem(now).map(problem -> new Decision(giveUp(now, entry), Reason.WATCHDOG_FAILED, problem));
    }

    private static Action giveUp(Snapshot now, LeaderEntry entry) {
        return now.database().mayAcceptWrites()
                ? new Operation.Stop(StopMode.FAST)
                : new Action.ReleaseLeadership(entry.revision(), end(now));
    }

    private static Optional<Lsn> end(Snapshot now) {
        return now.database().is(ServerState.STOPPED) && now.database().wal().isKnown()
                ? Optional.of(now.database().wal().position())
                : Optional.empty();
    }
}
