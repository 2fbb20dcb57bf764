package dev.regent.ha.decision;

import java.time.Duration;
import java.util.Optional;

/**
 * The one order that a node carries out, or is about to. Immutable.
 *
 * @param age since it was given
 * @param begun absent while nothing has been done about it yet
 */
public record OrderInHand(NodeOrder order, Duration age, Optional<Begun> begun) {
    /** How long ago the node began, and since when the server ran that it found then. Immutable. */
    public record Begun(Duration ago, Optional<String> serverStartedAt) {}

    boolean isBegun() {
        return begun.isPresent();
    }

    /** How the operation ended, if one of its kind has been done for this order. */
    Optional<FinishedOperation> done(Snapshot now, Class<? extends Operation> kind) {
        return begun.flatMap(since -> now.last(kind).filter(last -> last.ago().compareTo(since.ago()) < 0));
    }
}
