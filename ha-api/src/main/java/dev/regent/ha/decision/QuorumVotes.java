package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SyncState;
import dev.regent.ha.spi.Ballot;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Verdict;

/**
 * A commit of a quorum is held by some of its voters only: so many of the others must be no further than this node that one
 * of them, or this node, has it, and then this node has. The last leader has everything itself.
 */
final class QuorumVotes {
    private QuorumVotes() {}

    static Verdict judge(Ballot ballot) {
        if (!areNeeded(ballot.self(), ballot.view())) {
            return Verdict.stand();
        }
        SyncState sync = ballot.view().sync();
        long votes = ballot.peers().entrySet().stream()
                .filter(peer -> sync.contains(peer.getKey()))
                .filter(peer -> peer.getValue() instanceof PeerStatus.Answer answer && isVote(answer, ballot))
                .count();
        return votes >= sync.quorum()
                ? Verdict.stand()
                : Verdict.refuse("I may lack commits that a quorum holds: of its members only " + votes
                        + " answer and are not ahead of me, and it takes " + sync.quorum());
    }

    static boolean suffice(Snapshot now, ClusterView view) {
        return judge(Admission.ballot(now, view)).isStand();
    }

    static boolean areNeeded(NodeName self, ClusterView view) {
        SyncState sync = view.sync();
        return sync.quorum() > 0 && sync.leader().filter(self::equals).isEmpty();
    }

    /** Who must not lead can still tell how far it is. */
    private static boolean isVote(PeerStatus.Answer answer, Ballot ballot) {
        return answer.inRecovery()
                && answer.wal().isKnown()
                && answer.wal().timeline() >= ballot.view().timeline()
                && !answer.wal().position().isAfter(ballot.database().wal().position());
    }
}
