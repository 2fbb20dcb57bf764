package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import java.util.List;

/** Whose position must be known live for the next decision: everybody's when the leadership may change hands, else nobody's. */
public final class PeersToAsk {
    private PeersToAsk() {}

    public static List<Member> of(NodeName self, ClusterView view, DatabaseStatus database) {
        boolean mayClaim = view.isVacant() && database.hasUsableData();
        boolean mayLeave = view.isLedBy(self)
                && (view.failoverRequest().isPresent() || !database.is(DatabaseStatus.ServerState.PRIMARY));
        return mayClaim || mayLeave
                ? view.members().values().stream()
                        .filter(member -> !member.name().equals(self))
                        .toList()
                : List.of();
    }
}
