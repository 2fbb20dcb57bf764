package dev.regent.ha.decision;

import java.time.Duration;

/** The one operation on the server that is under way. Immutable. */
public record RunningOperation(Operation operation, Duration elapsed, boolean cancelled) {
    public boolean is(Class<? extends Operation> kind) {
        return kind.isInstance(operation);
    }

    public boolean opensForWrites() {
        return operation.opensForWrites();
    }
}
