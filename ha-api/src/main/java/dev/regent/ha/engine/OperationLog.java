package dev.regent.ha.engine;

import dev.regent.ha.decision.FinishedOperation;
import dev.regent.ha.decision.Operation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How each kind of operation ended when it was last done. Thread-safe. */
public final class OperationLog {
    private record Ending(
            Operation operation, Optional<String> error, Duration at, int failuresInARow, boolean refused) {}

    private final Map<Class<? extends Operation>, Ending> endings = new HashMap<>();

    public OperationLog() {}

    public void record(Operation operation, Optional<String> error, Duration at) {
        record(operation, error, at, false);
    }

    /** @param refused somebody who was asked first said no */
    synchronized void record(Operation operation, Optional<String> error, Duration at, boolean refused) {
        endings.merge(
                operation.getClass(),
                new Ending(operation, error, at, error.isPresent() ? 1 : 0, refused),
                (before, now) -> error.isPresent()
                        ? new Ending(operation, error, at, before.failuresInARow() + 1, refused)
                        : now);
    }

    public synchronized Map<Class<? extends Operation>, FinishedOperation> asOf(Duration now) {
        Map<Class<? extends Operation>, FinishedOperation> finished = new HashMap<>();
        endings.forEach((kind, ending) -> finished.put(
                kind,
                new FinishedOperation(
                        ending.operation(),
                        ending.error(),
                        now.minus(ending.at()),
                        ending.failuresInARow(),
                        ending.refused())));
        return finished;
    }
}
