package dev.regent.ha.model;

import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * A person's wish that somebody else leads. With a leader it is a switchover, without one a failover. Immutable.
 */
public record FailoverRequest(
        Optional<NodeName> leader, Optional<NodeName> candidate, Optional<OffsetDateTime> scheduledAt, long revision) {

    public boolean isSwitchover() {
        return leader.isPresent();
    }

    public boolean isFor(NodeName name) {
        return candidate.isPresent() && candidate.get().equals(name);
    }
}
