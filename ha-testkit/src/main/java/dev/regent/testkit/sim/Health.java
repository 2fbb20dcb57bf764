package dev.regent.testkit.sim;

import dev.regent.ha.model.ClusterView;
import java.util.List;
import java.util.Optional;

/** Whether a cluster is as it should be when nothing disturbs it. */
final class Health {
    private Health() {}

    static Optional<SimServer> primary(SimCluster cluster) {
        return cluster.network().servers().stream()
                .filter(SimServer::acceptsWrites)
                .findFirst();
    }

    /** The first thing that is wrong, if anything is. */
    static Optional<String> ailment(SimCluster cluster, StoreTruth truth) {
        Optional<SimServer> primary = primary(cluster);
        if (primary.isEmpty()) {
            return Optional.of("no server accepts writes, " + states(cluster));
        }
        SimServer writer = primary.get();
        if (!truth.isLedBy(writer.name())) {
            return Optional.of(writer.name() + " accepts writes and the store says that "
                    + truth.leader().map(name -> name + " leads").orElse("nobody leads"));
        }
        for (SimServer server : cluster.network().servers()) {
            boolean follows = server.isRunning()
                    && server.recovery().source().filter(writer::equals).isPresent()
                    && server.wal().timeline() == writer.wal().timeline();
            if (server != writer && !follows) {
                return Optional.of(server.name() + " does not follow " + writer.name() + ", " + states(cluster));
            }
        }
        return cluster.settings().isSynchronous()
                ? synchronousAilment(cluster, writer, truth.view())
                : Optional.empty();
    }

    private static Optional<String> synchronousAilment(SimCluster cluster, SimServer writer, ClusterView view) {
        boolean complete = view.sync().leader().filter(writer.name()::equals).isPresent()
                && (cluster.settings().nodes() == 1 || !view.sync().standbys().isEmpty());
        return complete ? Optional.empty() : Optional.of("nobody but the leader holds every commit: " + view.sync());
    }

    private static List<String> states(SimCluster cluster) {
        return cluster.network().servers().stream()
                .map(server -> server.name() + " " + server.state() + " on timeline "
                        + server.wal().timeline())
                .toList();
    }
}
