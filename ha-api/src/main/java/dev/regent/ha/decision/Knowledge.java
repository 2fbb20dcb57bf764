package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import java.time.Duration;

/** What a node knows of the cluster: what it has just read, or nothing for some time. Immutable. */
public sealed interface Knowledge {
    record Seen(ClusterView view) implements Knowledge {}

    /** The store does not answer. {@code lastView} is for people; nothing is decided on it. */
    record Blind(Duration since, ClusterView lastView) implements Knowledge {}

    /** The view that was read, or the last one that was. */
    default ClusterView lastView() {
        return this instanceof Seen seen ? seen.view() : ((Blind) this).lastView();
    }
}
