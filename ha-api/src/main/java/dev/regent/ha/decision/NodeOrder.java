package dev.regent.ha.decision;

import dev.regent.ha.model.RestartConditions;

/** What a person asks of one node, at once. Immutable. */
public sealed interface NodeOrder {
    /** What is asked for, in a word. */
    String label();

    /** Stop the server and start it again in its role. */
    record Restart(RestartConditions conditions) implements NodeOrder {
        @Override
        public String label() {
            return "restart";
        }
    }

    /**
     * Give the data up and copy another member's.
     *
     * @param force whatever is under way is cancelled for it
     * @param fromLeader no other member is copied than the leader
     */
    record Reinitialize(boolean force, boolean fromLeader) implements NodeOrder {
        @Override
        public String label() {
            return "reinitialize";
        }
    }
}
