package dev.regent.ha.spi;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Tags;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a node weighs when it considers to lead. Immutable.
 *
 * @param request what a person has asked for, if that is due
 * @param vacantFor how long nobody has led, as far as this node has seen
 */
public record Ballot(
        NodeName self,
        Tags tags,
        DatabaseStatus database,
        ClusterView view,
        Map<NodeName, PeerStatus> peers,
        HaConfig config,
        Optional<FailoverRequest> request,
        Duration vacantFor) {

    public Ballot {
        peers = Map.copyOf(peers);
    }

    /** The same, but for what the store says of the cluster. */
    public Ballot with(ClusterView other) {
        return new Ballot(self, tags, database, other, peers, config, request, vacantFor);
    }
}
