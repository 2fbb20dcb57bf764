package dev.regent.ha.spi;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Tags;
import java.util.Map;

/** Everything that a node weighs when it considers to lead. Immutable. */
public record Ballot(
        NodeName self,
        Tags tags,
        DatabaseStatus database,
        ClusterView view,
        Map<NodeName, PeerStatus> peers,
        HaConfig config) {

    public Ballot {
        peers = Map.copyOf(peers);
    }
}
