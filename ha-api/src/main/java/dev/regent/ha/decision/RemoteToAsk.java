package dev.regent.ha.decision;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.StandbyCluster;
import dev.regent.ha.model.Upstream;
import java.util.Optional;

/**
 * Whether the server that a standby cluster follows must be asked for the next decision: by a member that does not receive, and
 * may therefore have something that the remote server never had (who receives has not diverged); and by a member without data
 * while nobody leads from whom it could copy.
 */
public final class RemoteToAsk {
    private RemoteToAsk() {}

    public static Optional<Upstream> of(Knowledge knowledge, DatabaseStatus database, HaConfig config) {
        boolean seeing = knowledge instanceof Knowledge.Seen;
        boolean quiet = switch (database.state()) {
            case STANDBY -> !database.streaming();
            case STOPPED, CRASHED -> true;
            case ABSENT, INCOMPLETE ->
                knowledge.lastView().isVacant() && knowledge.lastView().isInitialized();
            case STARTING, PRIMARY, UNRESPONSIVE -> false;
        };
        return quiet && seeing && !config.paused()
                ? config.standbyCluster().flatMap(StandbyCluster::upstream)
                : Optional.empty();
    }
}
