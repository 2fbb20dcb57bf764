package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Initialization;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.StopMode;
import java.util.Optional;

/** Does the data belong to this cluster? Nothing is done to a server, or to data, that does not. */
final class Belonging {
    private Belonging() {}

    /** Empty when it belongs and the store says so. */
    static Optional<Decision> decide(Snapshot now, ClusterView view) {
        Optional<String> systemId = now.database().systemId();
        if (systemId.isEmpty()) {
            return now.database().isRunning() ? Optional.empty() : Optional.of(unreadable(now, view));
        }
        Optional<Initialization> initialization = view.initialization();
        if (initialization.filter(Initialization::isComplete).isPresent()) {
            return initialization.get().value().equals(systemId.get())
                    ? Optional.empty()
                    : Optional.of(foreign(
                            now, view, systemId.get(), initialization.get().value()));
        }
        return Optional.of(notInitialized(now, view, systemId.get()));
    }

    /** A leader that cannot even tell what its data is makes room for others. */
    private static Decision unreadable(Snapshot now, ClusterView view) {
        return view.isLedBy(now.self())
                ? Decision.of(release(view), Reason.UNREADABLE_DATA)
                : Decision.waiting(Reason.UNREADABLE_DATA);
    }

    private static Decision foreign(Snapshot now, ClusterView view, String mine, String clusters) {
        String detail = "the data has system identifier " + mine + ", the cluster " + clusters;
        if (view.isLedBy(now.self())) {
            return new Decision(release(view), Reason.FOREIGN_DATA, detail);
        }
        return now.config().paused()
                ? Decision.waiting(Reason.FOREIGN_DATA, detail)
                : new Decision(Action.ABANDON, Reason.FOREIGN_DATA, detail);
    }

    private static Action release(ClusterView view) {
        LeaderEntry entry = view.leader().orElseThrow();
        return new Action.ReleaseLeadership(entry.revision(), Optional.empty());
    }

    private static Decision notInitialized(Snapshot now, ClusterView view, String systemId) {
        Optional<Initialization> claim = view.initialization();
        Expected expected = claim.map(entry -> Expected.at(entry.revision())).orElse(Expected.ABSENT);
        Action record = new Action.RecordSystemId(systemId, expected);
        if (view.isLedBy(now.self())) {
            return Decision.of(record, Reason.SYSTEM_ID_NOT_RECORDED);
        }
        if (now.database().mayAcceptWrites()
                && !view.isVacant()
                && !now.config().paused()) {
            return Decision.of(new Operation.Stop(StopMode.IMMEDIATE), Reason.NOT_THE_LEADER);
        }
        if (claim.isPresent()) {
            return claim.get().ours()
                    ? Decision.of(record, Reason.CLUSTER_CREATED)
                    : Decision.waiting(Reason.ANOTHER_NODE_CREATES_THE_CLUSTER);
        }
        return isStandby(now.database()) || !view.isVacant()
                ? Decision.waiting(Reason.STANDBY_WITHOUT_CLUSTER)
                : Decision.of(record, Reason.DATA_WITHOUT_CLUSTER);
    }

    private static boolean isStandby(DatabaseStatus database) {
        return database.is(ServerState.STANDBY) || (database.standbyData() && database.isRunning());
    }
}
