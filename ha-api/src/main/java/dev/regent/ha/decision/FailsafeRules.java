package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.NodeName;
import java.util.Optional;

/**
 * Who keeps still because a primary may live on without the store: who may have given its word to it, and who is not among the
 * members that it would ask. Not even a person's request for another leader stands above that, since it would make two
 * primaries; a person who knows that no primary lives on switches failsafe mode off.
 */
final class FailsafeRules {
    private FailsafeRules() {}

    /** The wait of a node whose server is closed, if it must not lead; a word given for sure has been heeded before. */
    static Optional<Decision> beforeRace(Snapshot now, ClusterView view) {
        if (isOutside(now, view, now.self())) {
            return Optional.of(Decision.waiting(Reason.UNKNOWN_TO_LEADER, members(view)));
        }
        return now.failsafe().pledge().map(pledge -> Decision.waiting(pledge.left(), Reason.WORD_MAY_BE_GIVEN));
    }

    /**
     * What a leader does whose server is closed and who has given its word: a claim that was under way then has won since, and
     * is given back. An earlier life may have ended in between; its entry is not gone on with, unless its server was open.
     */
    static Optional<Decision> asLeader(Snapshot now, LeaderEntry entry) {
        Optional<Pledge> pledge = now.failsafe().pledge();
        if (pledge.isEmpty() || now.database().mayAcceptWrites()) {
            return Optional.empty();
        }
        if (pledge.get().to().isPresent()) {
            return Optional.of(
                    Decision.of(new Action.ReleaseLeadership(entry.revision(), Optional.empty()), Reason.WORD_GIVEN));
        }
        boolean wasOpen =
                now.database().is(ServerState.CRASHED) && !now.database().standbyData();
        return entry.ours() || wasOpen || now.config().isStandbyCluster()
                ? Optional.empty()
                : Optional.of(Decision.waiting(pledge.get().left(), Reason.WORD_MAY_BE_GIVEN));
    }

    /** Whether the member must not lead because a primary that lives on would not have asked it. */
    static boolean isOutside(Snapshot now, ClusterView view, NodeName member) {
        return now.config().failsafeMode() && view.failsafe().excludes(member);
    }

    private static String members(ClusterView view) {
        return "those are " + view.failsafe().urls().keySet();
    }
}
