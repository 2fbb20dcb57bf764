package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whose position must be known live for the next decision: everybody's when the leadership may change hands, else nobody's. */
public final class PeersToAsk {
    private PeersToAsk() {}

    public static List<Member> of(
            NodeName self,
            Knowledge knowledge,
            DatabaseStatus database,
            Map<Class<? extends Operation>, FinishedOperation> finished,
            Duration vacantFor,
            HaConfig config) {
        return knowledge instanceof Knowledge.Seen seen
                ? of(self, seen.view(), database, finished, vacantFor, config.isStandbyCluster())
                : List.of();
    }

    private static List<Member> of(
            NodeName self,
            ClusterView view,
            DatabaseStatus database,
            Map<Class<? extends Operation>, FinishedOperation> finished,
            Duration vacantFor,
            boolean standbyCluster) {
        boolean mayClaim =
                view.isVacant() && database.hasUsableData() && !FirstTurn.isOthers(self, view, database, vacantFor);
        boolean mayLeave = view.isLedBy(self) && mayLeave(self, view, database, finished, standbyCluster);
        return mayClaim || mayLeave
                ? view.members().values().stream()
                        .filter(member -> !member.name().equals(self))
                        .toList()
                : List.of();
    }

    /** A leader that is about to be promoted asks nobody: it has won, and time counts. Unless it rests on a quorum's votes. */
    private static boolean mayLeave(
            NodeName self,
            ClusterView view,
            DatabaseStatus database,
            Map<Class<? extends Operation>, FinishedOperation> finished,
            boolean standbyCluster) {
        return switch (database.state()) {
            case PRIMARY -> view.failoverRequest().isPresent() || UnfitLeader.mayLeave(database);
            case STANDBY ->
                (standbyCluster && view.failoverRequest().isPresent())
                        || QuorumVotes.areNeeded(self, view)
                        || Optional.ofNullable(finished.get(Operation.Promote.class))
                                .filter(FinishedOperation::isFailure)
                                .isPresent();
            case ABSENT, INCOMPLETE, STOPPED, CRASHED, STARTING, UNRESPONSIVE -> true;
        };
    }
}
