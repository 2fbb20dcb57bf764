package dev.regent.ha.engine;

import dev.regent.ha.decision.FinishedOperation;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.ManagedDatabase;
import dev.regent.ha.spi.RefusedException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each operation on a thread of its own, which interruption cancels; the end of it wakes the loop. Thread-safe.
 */
final class OperationThread implements Operations {
    /** Hears of beginnings and ends. */
    interface Observer {
        void started(Operation operation);

        void ended(Operation operation, Duration took, Optional<String> error);
    }

    private record Outcome(Optional<String> error, boolean refused) {}

    private record Current(Operation operation, Duration since, Thread thread, boolean cancelled) {
        Current asCancelled() {
            return new Current(operation, since, thread, true);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(OperationThread.class);

    private final String name;
    private final ManagedDatabase database;
    private final Ticker ticker;
    private final Observer observer;
    private final OperationLog log = new OperationLog();
    private @Nullable Current current;

    OperationThread(String name, ManagedDatabase database, Ticker ticker, Observer observer) {
        this.name = name;
        this.database = database;
        this.ticker = ticker;
        this.observer = observer;
    }

    @Override
    public synchronized void begin(Operation operation) {
        if (current != null) {
            throw new IllegalStateException("cannot " + operation.label() + " while another operation is running: "
                    + current.operation().label());
        }
        Thread thread = new Thread(() -> run(operation), "regent-operation-" + name);
        thread.setDaemon(true);
        current = new Current(operation, ticker.read(), thread, false);
        observer.started(operation);
        thread.start();
    }

    @Override
    public synchronized void cancel() {
        if (current != null) {
            current = current.asCancelled();
            current.thread().interrupt();
        }
    }

    @Override
    public synchronized Optional<RunningOperation> running() {
        return Optional.ofNullable(current)
                .map(now -> new RunningOperation(now.operation(), ticker.read().minus(now.since()), now.cancelled()));
    }

    @Override
    public Map<Class<? extends Operation>, FinishedOperation> finished() {
        return log.asOf(ticker.read());
    }

    private void run(Operation operation) {
        Duration start = ticker.read();
        Outcome outcome = outcome(operation);
        Optional<String> error = outcome.error();
        Duration end = ticker.read();
        synchronized (this) {
            log.record(operation, error, end, outcome.refused());
            current = null;
        }
        observer.ended(operation, end.minus(start), error);
    }

    /** Anything that an operation throws is its failure and nobody else's: the node must go on. */
    @SuppressWarnings("CatchingUnchecked")
    private Outcome outcome(Operation operation) {
        try {
            operation.run(database);
            return new Outcome(Optional.empty(), false);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            return new Outcome(Optional.of("cancelled"), false);
        } catch (DatabaseException failure) {
            return new Outcome(Optional.of(String.valueOf(failure.getMessage())), failure instanceof RefusedException);
        } catch (RuntimeException bug) {
            LOG.error("unexpected failure of \"{}\": please report it", operation.label(), bug);
            return new Outcome(Optional.of(bug.toString()), false);
        }
    }
}
