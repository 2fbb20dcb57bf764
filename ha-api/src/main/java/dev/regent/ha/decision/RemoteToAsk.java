package dev.regent.ha.decision;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.StandbyCluster;
import dev.regent.ha.model.Upstream;
import java.util.Optional;

/**
 * Whether the server that a standby cluster follows must be asked for the next decision: only by a member that does not
 * receive, and may therefore have something that the remote server never had. Who receives has not diverged.
 */
public final class RemoteToAsk {
    private RemoteToAsk() {}

    public static Optional<Upstream> of(Knowledge knowledge, DatabaseStatus database, HaConfig config) {
        boolean quiet = switch (database.state()) {
            case STANDBY -> !database.streaming();
            case STOPPED, CRASHED -> true;
            case ABSENT, INCOMPLETE, STARTING, PRIMARY, UNRESPONSIVE -> false;
        };
        return quiet && knowledge instanceof Knowledge.Seen && !config.paused()
                ? config.standbyCluster().flatMap(StandbyCluster::upstream)
                : Optional.empty();
    }
}
