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

    /** Where the writes are: here, or in the cluster that this one follows. */
    static Optional<SimServer> source(SimCluster cluster) {
        return primary(cluster).or(() -> cluster.remote().map(SimRemote::server).filter(SimServer::acceptsWrites));
    }

    /** The first thing that is wrong, if anything is. */
    static Optional<String> ailment(SimCluster cluster, StoreTruth truth) {
        if (cluster.remote().filter(SimRemote::isMoving).isPresent()) {
            return Optional.of("the lead is between two clusters, " + states(cluster));
        }
        if (cluster.remote().filter(SimRemote::leads).isPresent()) {
            return ailmentOfStandby(cluster, truth, cluster.remote().get().server());
        }
        Optional<SimServer> primary = primary(cluster);
        if (primary.isEmpty()) {
            return Optional.of("no server accepts writes, " + states(cluster));
        }
        SimServer writer = primary.get();
        if (!truth.isLedBy(writer.name())) {
            return Optional.of(writer.name() + " accepts writes and the store says that "
                    + truth.leader().map(name -> name + " leads").orElse("nobody leads"));
        }
        if (writer.isClosed()) {
            return Optional.of(writer.name() + " keeps clients out");
        }
        Optional<String> straying = straying(cluster, writer);
        return straying.isEmpty() && cluster.settings().isSynchronous()
                ? synchronousAilment(cluster, writer, truth.view())
                : straying;
    }

    private static Optional<String> ailmentOfStandby(SimCluster cluster, StoreTruth truth, SimServer remote) {
        if (!remote.acceptsWrites() || truth.leader().isEmpty()) {
            return Optional.of("nobody leads here, or nobody accepts writes there, " + states(cluster));
        }
        SimServer leader = cluster.node(truth.leader().get()).server();
        return isFollowing(leader, remote)
                ? straying(cluster, leader)
                : Optional.of(leader.name() + " leads and does not follow the remote server on timeline "
                        + remote.wal().timeline() + ", " + states(cluster));
    }

    private static Optional<String> straying(SimCluster cluster, SimServer leader) {
        return cluster.network().servers().stream()
                .filter(server -> server != leader && !isFollowing(server, leader))
                .findFirst()
                .map(server -> server.name() + " does not follow " + leader.name() + ", " + states(cluster));
    }

    private static boolean isFollowing(SimServer server, SimServer leader) {
        return server.isInRecovery()
                && server.recovery().source().filter(leader::equals).isPresent()
                && server.wal().timeline() == leader.wal().timeline();
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
