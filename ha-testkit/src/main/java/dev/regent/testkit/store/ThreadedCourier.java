package dev.regent.testkit.store;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls on one daemon thread, which ends while there is nothing to do. Thread-safe. */
final class ThreadedCourier implements Courier {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadedCourier.class);

    /** Short, so that a store that was forgotten soon holds no thread. */
    private static final Duration IDLE_THREAD_LIVES = Duration.ofSeconds(5);

    private final Runnable wake;
    private final ScheduledThreadPoolExecutor thread;
    private Optional<ScheduledFuture<?>> nextWake = Optional.empty();

    ThreadedCourier(Runnable wake) {
        this.wake = wake;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = new Thread(task, "in-memory-store");
            created.setDaemon(true);
            return created;
        });
        thread.setKeepAliveTime(IDLE_THREAD_LIVES.toMillis(), TimeUnit.MILLISECONDS);
        thread.allowCoreThreadTimeOut(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void deliver(Runnable callback) {
        schedule(callback, Duration.ZERO);
    }

    @Override
    public synchronized void wakeIn(Duration delay) {
        boolean soonEnough = nextWake.filter(next -> !next.isDone())
                .filter(next -> next.getDelay(TimeUnit.NANOSECONDS) <= delay.toNanos())
                .isPresent();
        if (soonEnough) {
            return;
        }
        nextWake.ifPresent(later -> later.cancel(false));
        nextWake = schedule(this::wakeNow, delay);
    }

    private void wakeNow() {
        synchronized (this) {
            nextWake = Optional.empty();
        }
        wake.run();
    }

    private Optional<ScheduledFuture<?>> schedule(Runnable task, Duration delay) {
        try {
            return Optional.of(thread.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException closed) {
            LOG.debug("The in-memory store is closed and calls nobody");
            return Optional.empty();
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException broken) {
            LOG.warn("A watcher of the in-memory store failed; the others are still called", broken);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
