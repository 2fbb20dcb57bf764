package dev.regent.ha.engine;

import dev.regent.ha.decision.FinishedOperation;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.RunningOperation;
import java.util.Map;
import java.util.Optional;

/** Runs at most one operation on the server at a time, apart from the cycle. Called by the cycle's thread. */
public interface Operations {
    /** Begins the operation and returns; none may be running. */
    void begin(Operation operation);

    /** Asks the running operation to end; it stays {@link #running()} until it has. */
    void cancel();

    Optional<RunningOperation> running();

    /** How each kind of operation ended when it was last done. */
    Map<Class<? extends Operation>, FinishedOperation> finished();
}
