package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.Initialization;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.StandbyCluster;
import dev.regent.ha.model.Upstream;
import java.util.Optional;

/** There is no data, or only what an interrupted copy left: create the cluster, or copy a member. */
final class WithoutData {
    private WithoutData() {}

    static Decision decide(Snapshot now, ClusterView view) {
        if (view.isLedBy(now.self())) {
            LeaderEntry mine = view.leader().orElseThrow();
            return Decision.of(
                    new Action.ReleaseLeadership(mine.revision(), Optional.empty()), Reason.LEADER_WITHOUT_DATA);
        }
        Optional<Decision> ordered = ByOrder.nextStep(now, view);
        if (ordered.isPresent()) {
            return ordered.get();
        }
        if (now.config().paused() && !ByOrder.bringsBack(now)) {
            return Decision.waiting(Reason.PAUSED);
        }
        if (view.isVacant() && !view.isInitialized()) {
            return withoutCluster(now, view);
        }
        Optional<Decision> configuring = configuring(now);
        if (configuring.isPresent()) {
            return configuring.get();
        }
        return source(now, view)
                .map(source -> Decision.of(new Operation.Clone(source), Reason.LEADER_CAN_BE_CLONED))
                .or(() -> remoteSource(now, view)
                        .map(remote -> Decision.of(new Operation.Clone(remote), Reason.REMOTE_CAN_BE_CLONED)))
                .orElseGet(() -> withoutSource(now, view));
    }

    private static Decision withoutSource(Snapshot now, ClusterView view) {
        return now.database().canRestore() && view.isInitialized()
                ? Decision.of(new Operation.Restore(), Reason.BACKUP_CAN_BE_RESTORED)
                : Decision.waiting(Reason.NOTHING_TO_CLONE_FROM);
    }

    /** Where no member comes to lead a standby cluster, none may have data any more; the remote server has it. */
    private static Optional<Upstream> remoteSource(Snapshot now, ClusterView view) {
        boolean same = now.remote()
                .filter(remote -> view.initialization()
                        .filter(entry -> entry.value().equals(remote.systemId()))
                        .isPresent())
                .isPresent();
        return same && view.isVacant() && now.isBeyondLoopWait(now.vacantFor())
                ? Upstreams.remote(now)
                : Optional.empty();
    }

    /** How the members of a standby cluster are copied, and what they follow then, their servers must know beforehand. */
    private static Optional<Decision> configuring(Snapshot now) {
        return now.config().isStandbyCluster() ? Configuring.decide(now) : Optional.empty();
    }

    private static Decision withoutCluster(Snapshot now, ClusterView view) {
        Optional<Initialization> initialization = view.initialization();
        if (initialization.filter(Initialization::ours).isPresent()) {
            return begin(now, view);
        }
        if (initialization.isPresent()) {
            return Decision.waiting(Reason.ANOTHER_NODE_CREATES_THE_CLUSTER);
        }
        Optional<String> unguarded = Unguarded.problem(now);
        if (unguarded.isPresent()) {
            return Decision.waiting(Reason.WATCHDOG_FAILED, unguarded.get());
        }
        boolean mayCreate =
                now.node().newClusterConfig().isPresent() && !now.node().tags().nofailover();
        return mayCreate
                ? Decision.of(new Action.ClaimInitialization(), Reason.NO_CLUSTER_YET)
                : Decision.waiting(Reason.MAY_NOT_CREATE_A_CLUSTER);
    }

    /** A new cluster is one of its own, or a copy of the one that it is to follow. */
    private static Decision begin(Snapshot now, ClusterView view) {
        DynamicConfig first = now.node().newClusterConfig().orElse(DynamicConfig.DEFAULT);
        if (!now.config().isStandbyCluster()) {
            return Decision.of(new Operation.CreateCluster(first), Reason.I_CREATE_THE_CLUSTER);
        }
        if (view.config().isEmpty()) {
            return Decision.of(new Action.PublishConfig(first), Reason.CONFIG_MISSING);
        }
        Optional<Decision> configuring = configuring(now);
        if (configuring.isPresent()) {
            return configuring.get();
        }
        Optional<Operation> copy = now.config()
                .standbyCluster()
                .flatMap(StandbyCluster::upstream)
                .<Operation>map(Operation.Clone::new)
                .or(() -> now.database().canRestore() ? Optional.of(new Operation.Restore()) : Optional.empty());
        return copy.map(operation -> Decision.of(operation, Reason.I_CREATE_THE_STANDBY_CLUSTER))
                .orElse(Decision.waiting(Reason.NOTHING_TO_CLONE_FROM));
    }

    /** Another running member that asks to be copied from, unless a person wants the leader's data; otherwise the leader. */
    private static Optional<Upstream> source(Snapshot now, ClusterView view) {
        Optional<Member> leader = view.leaderMember().filter(Member::isRunning);
        boolean leaderOnly = now.orders()
                .copyUnderWay()
                .filter(NodeOrder.Reinitialize::fromLeader)
                .isPresent();
        return leader.filter(led -> !leaderOnly)
                .flatMap(led -> CloneSources.best(now, view, led))
                .or(() -> leader.filter(
                                led -> led.isRunningPrimary() || now.config().isStandbyCluster())
                        .flatMap(Member::asUpstream));
    }
}
