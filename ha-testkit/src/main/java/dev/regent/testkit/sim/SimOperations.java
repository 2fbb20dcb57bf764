package dev.regent.testkit.sim;

import dev.regent.ha.decision.FinishedOperation;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.engine.OperationLog;
import dev.regent.ha.engine.Operations;
import dev.regent.ha.engine.Ticker;
import dev.regent.ha.spi.DatabaseException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An agent's operations as events: each begins at once, takes virtual time, and can be cut short. Used by one thread. */
final class SimOperations implements Operations {
    private static final long LONGEST_CANCELLATION = EventQueue.SECOND / 2;

    private record Current(Operation operation, Duration since, boolean cancelled) {}

    private final SimDatabase database;
    private final AgentTime agent;
    private final Ticker ticker;
    private final Dice dice;
    private final Runnable onEnd;
    private final OperationLog log = new OperationLog();
    private @Nullable Current current;
    private @Nullable Work work;
    private long number;

    SimOperations(
            SimServer server,
            SimNetwork network,
            AgentTime agent,
            EventQueue queue,
            Ticker ticker,
            Dice dice,
            Runnable onEnd) {
        this.database = new SimDatabase(server, network, queue, this::accept);
        this.agent = agent;
        this.ticker = ticker;
        this.dice = dice;
        this.onEnd = onEnd;
    }

    SimDatabase database() {
        return database;
    }

    @Override
    public void begin(Operation operation) {
        if (current != null) {
            throw new IllegalStateException(
                    "cannot " + operation.label() + " during another operation: " + current.operation());
        }
        number++;
        current = new Current(operation, ticker.read(), false);
        try {
            operation.run(database);
        } catch (DatabaseException failure) {
            inOperation(EventQueue.MILLISECOND, () -> end(Optional.of(String.valueOf(failure.getMessage()))));
        } catch (InterruptedException impossible) {
            throw new IllegalStateException("nothing interrupts a simulation", impossible);
        }
    }

    private void accept(Work begun) throws DatabaseException {
        work = begun;
        begun.begin().run();
        inOperation(begun.duration(), () -> finish(begun));
    }

    /** Unless another operation runs by then; a paused agent comes to it when it goes on. */
    private void inOperation(long delay, Runnable what) {
        long mine = number;
        agent.after(delay, () -> {
            if (number == mine && current != null) {
                what.run();
            }
        });
    }

    private void finish(Work done) {
        Optional<String> error = Optional.empty();
        try {
            done.end().run();
        } catch (DatabaseException failure) {
            error = Optional.of(String.valueOf(failure.getMessage()));
        }
        end(error);
    }

    private void end(Optional<String> error) {
        Current ended = java.util.Objects.requireNonNull(current);
        log.record(ended.operation(), error, ticker.read());
        current = null;
        work = null;
        onEnd.run();
    }

    @Override
    public void cancel() {
        if (current == null || current.cancelled()) {
            return;
        }
        current = new Current(current.operation(), current.since(), true);
        inOperation(dice.between(0, LONGEST_CANCELLATION), () -> {
            cutShort();
            end(Optional.of("cancelled"));
        });
    }

    /** What dies with the agent, or is interrupted. */
    void cutShort() {
        if (work != null) {
            work.cutShort().run();
            work = null;
        }
    }

    @Override
    public Optional<RunningOperation> running() {
        return Optional.ofNullable(current)
                .map(now -> new RunningOperation(now.operation(), ticker.read().minus(now.since()), now.cancelled()));
    }

    @Override
    public Map<Class<? extends Operation>, FinishedOperation> finished() {
        return log.asOf(ticker.read());
    }
}
