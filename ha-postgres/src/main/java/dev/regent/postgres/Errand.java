package dev.regent.postgres;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Work that may never end, done in a thread of its own that nobody waits for. At most one at a time, so that what hangs is
 * left behind once and not again and again. Thread-safe.
 *
 * @param <T> what is brought back
 */
final class Errand<T> {
    private final String name;
    private long begunAt;
    private @Nullable Thread thread;

    Errand(String name) {
        this.name = name;
    }

    /** Begins unless one is under way; an exception that the work does not catch itself is a bug, and nothing is brought. */
    synchronized void begin(Callable<T> work, Consumer<T> bring) {
        if (thread != null) {
            return;
        }
        Thread started = new Thread(() -> run(work, bring), name);
        started.setDaemon(true);
        thread = started;
        begunAt = Poll.now();
        started.start();
    }

    /** For how long the one that is under way has been; absent when there is none. */
    synchronized Optional<Duration> underWayFor() {
        return thread == null ? Optional.empty() : Optional.of(Poll.since(begunAt));
    }

    boolean isUnderWay() {
        return underWayFor().isPresent();
    }

    private void run(Callable<T> work, Consumer<T> bring) {
        try {
            bring.accept(work.call());
        } catch (RuntimeException bug) {
            throw bug;
        } catch (Exception bug) {
            throw new IllegalStateException(name + " failed", bug);
        } finally {
            end();
        }
    }

    private synchronized void end() {
        thread = null;
    }
}
