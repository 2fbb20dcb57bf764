package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.PeerStatus;
import java.util.Map;
import java.util.Optional;

/** Who, of the members that have just answered, could lead instead of this node without losing what was promised. */
final class Successors {
    private Successors() {}

    static boolean exist(Snapshot now, ClusterView view) {
        return now.peers().entrySet().stream().anyMatch(peer -> isFit(now, view, peer, false)) && canElect(now, view);
    }

    /** Whether the request can be fulfilled: by its candidate if it names one, by anybody otherwise. */
    static boolean existFor(FailoverRequest request, Snapshot now, ClusterView view) {
        Optional<NodeName> candidate = request.candidate();
        boolean mayBeAsynchronous = !request.isSwitchover();
        return now.peers().entrySet().stream()
                        .filter(peer -> candidate.isEmpty() || candidate.get().equals(peer.getKey()))
                        .anyMatch(peer -> isFit(now, view, peer, mayBeAsynchronous))
                && (mayBeAsynchronous || canElect(now, view));
    }

    /** Whether one of them has everything that the log holds which ends there. */
    static boolean holdEnd(Snapshot now, ClusterView view, Lsn end) {
        return now.peers().entrySet().stream()
                .anyMatch(peer -> isFit(now, view, peer, false) && holds(peer.getValue(), end));
    }

    /** Whether the one that the request is for, or anybody if it names none, has everything up to there. */
    static boolean holdEnd(FailoverRequest request, Snapshot now, ClusterView view, Lsn end) {
        Optional<NodeName> candidate = request.candidate();
        return now.peers().entrySet().stream()
                .filter(peer -> candidate.isEmpty() || candidate.get().equals(peer.getKey()))
                .anyMatch(peer -> isFit(now, view, peer, !request.isSwitchover()) && holds(peer.getValue(), end));
    }

    private static boolean holds(PeerStatus status, Lsn end) {
        return status instanceof PeerStatus.Answer answer
                && answer.wal().position().compareTo(end) >= 0;
    }

    /** Whether so many of a quorum answer that one of them would get the votes of the others. */
    private static boolean canElect(Snapshot now, ClusterView view) {
        int quorum = view.sync().quorum();
        return quorum == 0
                || now.peers().entrySet().stream()
                                .filter(peer -> view.sync().contains(peer.getKey()))
                                .filter(peer -> peer.getValue() instanceof PeerStatus.Answer answer
                                        && answer.inRecovery()
                                        && answer.wal().timeline() >= view.timeline())
                                .count()
                        > quorum;
    }

    /** A primary knows where its log ends better than the store does. */
    private static Lsn lastKnownEnd(Snapshot now, ClusterView view) {
        Lsn told = view.status().optime();
        Lsn own = now.database().wal().position();
        return now.database().is(ServerState.PRIMARY) && view.isLedBy(now.self()) && own.isAfter(told) ? own : told;
    }

    private static boolean isFit(
            Snapshot now, ClusterView view, Map.Entry<NodeName, PeerStatus> peer, boolean mayBeAsynchronous) {
        if (!(peer.getValue() instanceof PeerStatus.Answer answer)) {
            return false;
        }
        boolean holdsCommits =
                mayBeAsynchronous || !view.sync().isActive() || view.sync().contains(peer.getKey());
        long lag = lastKnownEnd(now, view).minus(answer.wal().position());
        return answer.mayLead()
                && holdsCommits
                && lag <= now.config().maximumLagOnFailover()
                && (now.config().isStandbyCluster() || answer.wal().timeline() >= view.timeline());
    }
}
