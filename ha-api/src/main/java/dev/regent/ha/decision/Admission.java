package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.Ballot;
import dev.regent.ha.spi.ElectionPolicy;
import dev.regent.ha.spi.PeerStatus;
import java.util.HashMap;
import java.util.Map;

/** What the election policy says of this node, and of the members that have answered. Immutable. */
record Admission(ElectionPolicy policy) {

    /** The same moment, with the members marked that the policy does not let lead. Whom a person has named is let. */
    Snapshot apply(Snapshot now) {
        if (now.peers().isEmpty()) {
            return now;
        }
        Ballot own = ballot(now, now.knowledge().lastView());
        Map<NodeName, PeerStatus> marked = new HashMap<>(now.peers());
        marked.replaceAll(
                (name, status) -> status instanceof PeerStatus.Answer answer && isBarred(now, name, answer, own)
                        ? answer.withBar()
                        : status);
        return now.with(marked);
    }

    private boolean isBarred(Snapshot now, NodeName name, PeerStatus.Answer answer, Ballot own) {
        if (FailsafeRules.isOutside(now, now.knowledge().lastView(), name)) {
            return answer.inRecovery();
        }
        boolean named = own.request().filter(request -> request.isFor(name)).isPresent();
        return answer.inRecovery() && !named && !policy.admits(answer, own);
    }

    static Ballot ballot(Snapshot now, ClusterView view) {
        return new Ballot(
                now.self(),
                now.node().tags(),
                now.database(),
                view,
                now.peers(),
                now.config(),
                Handover.inForce(now, view),
                now.vacantFor());
    }
}
