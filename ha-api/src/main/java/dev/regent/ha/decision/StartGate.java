package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SyncState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whom a primary that has started again may let in. PostgreSQL keeps commits that wait for a standby invisible, but forgets
 * that they wait when it ends: after a start they are there for all to see, and a failover may take them away. With
 * {@code synchronous_start_gate} clients come in only when whoever may be promoted holds everything that the log held at
 * the start. Invariant: of the members that may be promoted, so many hold it that every quorum that elects has one of them.
 */
final class StartGate {
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private StartGate() {}

    /** The start of a server that is a primary already. */
    static Operation start(Snapshot now, ClusterView view) {
        return new Operation.StartPrimary(
                isWanted(now) && !view.sync().standbys().isEmpty());
    }

    private static boolean isWanted(Snapshot now) {
        return now.config().showsOnlyReplicated() && now.config().isSynchronous();
    }

    static Optional<Decision> open(Snapshot now, ClusterView view) {
        return now.database().closed() && (!isWanted(now) || isSafe(now, view))
                ? Optional.of(Decision.of(new Operation.OpenToClients(), Reason.CLIENTS_MAY_COME))
                : Optional.empty();
    }

    /** A standby that catches up does so without telling anybody: it is looked at again soon. */
    static Optional<Decision> waiting(Snapshot now) {
        return now.database().closed()
                ? Optional.of(Decision.waiting(GLANCE, Reason.CLIENTS_KEPT_OUT))
                : Optional.empty();
    }

    private static boolean isSafe(Snapshot now, ClusterView view) {
        SyncState sync = view.sync();
        List<NodeName> holders = sync.standbys().stream()
                .filter(name -> holdsTheStart(now.database(), name))
                .toList();
        return sync.leader().filter(now.self()::equals).isPresent()
                && holders.size() >= sync.standbys().size() - sync.quorum();
    }

    private static boolean holdsTheStart(DatabaseStatus database, NodeName name) {
        return database.replicas().stream()
                .filter(replica -> replica.isStreaming() && name.matches(replica.applicationName()))
                .anyMatch(replica -> replica.flush().orElse(Lsn.ZERO).compareTo(database.synchronousSince()) >= 0);
    }
}
