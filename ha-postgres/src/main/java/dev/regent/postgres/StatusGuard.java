package dev.regent.postgres;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.ServerHealth;
import dev.regent.ha.model.ServerHealth.Finding;
import dev.regent.ha.spi.DatabaseException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps whoever asks for a status from waiting for a storage that hangs: the status is put together in a thread that may be
 * left behind, and while one hangs the server counts as unresponsive. Its threads end by themselves. Thread-safe.
 */
final class StatusGuard {
    /** Beyond what questions to a server that is slow may take together. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final ServerLog log;
    private final StandbyLogin login;
    private final StatusReader reader;
    private final Supplier<Duration> hangsAfter;
    private final Runnable onReturn;
    private final ExecutorService threads;
    private final AtomicInteger openings = new AtomicInteger();

    private Known known = new Known(DatabaseStatus.of(ServerState.UNRESPONSIVE), 0);
    private @Nullable Look hanging;
    private long hangsSince;

    /** What was last seen, after the server had been about to accept writes so many times. Immutable. */
    private record Known(DatabaseStatus status, int openings) {}

    /** One status being put together. */
    private final class Look extends FutureTask<DatabaseStatus> {
        Look() {
            super(StatusGuard.this::look);
        }

        @Override
        protected void done() {
            if (isLeftBehind(this)) {
                onReturn.run();
            }
        }
    }

    /**
     * @param onReturn what is done when what was left behind has come back after all
     */
    StatusGuard(
            ServerLog log, StandbyLogin login, StatusReader reader, Supplier<Duration> hangsAfter, Runnable onReturn) {
        this.log = log;
        this.login = login;
        this.reader = reader;
        this.hangsAfter = hangsAfter;
        this.onReturn = onReturn;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread created = new Thread(task, "regent-status");
            created.setDaemon(true);
            return created;
        });
    }

    /** Read after this call, or what can be said without. */
    DatabaseStatus read() {
        if (isHanging()) {
            return unknown();
        }
        int before = openings.get();
        Look reading = new Look();
        threads.execute(reading);
        try {
            DatabaseStatus status = await(reading);
            learn(new Known(status, before));
            return status;
        } catch (TimeoutException hangs) {
            leaveBehind(reading);
            return unknown();
        } catch (ExecutionException bug) {
            throw new IllegalStateException("the server's status could not be put together", bug.getCause());
        }
    }

    /** To be asked before what only a server in this state can do. */
    void require(ServerState state) throws DatabaseException {
        DatabaseStatus now = read();
        if (!now.is(state)) {
            throw new DatabaseException("expected a " + state + ", found the server " + now.state()
                    + now.problem().map(problem -> " (" + problem + ")").orElse(""));
        }
    }

    private DatabaseStatus look() {
        log.keepSmall();
        login.refresh();
        return reader.read();
    }

    /** The server is about to accept writes: what was seen before says no longer that it does not. */
    void willOpen() {
        openings.incrementAndGet();
    }

    /** Who is interrupted still gets the truth, and finds the interruption afterwards. */
    private static DatabaseStatus await(Future<DatabaseStatus> reading) throws ExecutionException, TimeoutException {
        long begun = Poll.now();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    long left = PATIENCE.minus(Poll.since(begun)).toMillis();
                    return reading.get(Math.max(0, left), TimeUnit.MILLISECONDS);
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void learn(Known seen) {
        known = seen;
    }

    private synchronized void leaveBehind(Look reading) {
        if (hanging == null && !reading.isDone()) {
            hanging = reading;
            hangsSince = Poll.now();
        }
    }

    private synchronized boolean isLeftBehind(Look reading) {
        return reading.equals(hanging);
    }

    private synchronized boolean isHanging() {
        if (hanging != null && hanging.isDone()) {
            hanging = null;
        }
        return hanging != null;
    }

    private synchronized DatabaseStatus unknown() {
        Duration lasting = hanging == null ? Duration.ZERO : PATIENCE.plus(Poll.since(hangsSince));
        boolean standby = known.status().standbyData() && known.openings() == openings.get();
        ServerHealth before = known.status().health();
        DatabaseStatus unknown = DatabaseStatus.unresponsive(
                standby, lasting, "its files cannot be looked at: the storage does not answer");
        return lasting.compareTo(hangsAfter.get()) < 0
                ? unknown.with(before)
                : unknown.with(hangs(lasting.minus(hangsAfter.get()), before.lastWrite()));
    }

    private ServerHealth hangs(Duration lasting, Optional<Duration> lastWrite) {
        return new ServerHealth(
                Finding.STORAGE_HANGS,
                "expected to look at the server's files within "
                        + hangsAfter.get().toSeconds()
                        + " s, found that this has not ended: see the storage and the kernel's log",
                lasting,
                lastWrite);
    }
}
