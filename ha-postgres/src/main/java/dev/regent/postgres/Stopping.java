package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.StopMode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops the server and makes sure that nothing of it is left. Used by one thread, but for {@link #isUnderWay()}. */
final class Stopping {
    private static final Logger LOG = LoggerFactory.getLogger(Stopping.class);

    /** A server that takes longer to die without a checkpoint than this is stuck, or has been paused. */
    private static final Duration IMMEDIATE_LIMIT = Duration.ofSeconds(1);

    private final Supervisor supervisor;
    private final Checkpoint checkpoint;
    private final Guardians guardians;
    private final Supplier<Optional<Duration>> fastLimit;
    private final Runnable onStop;
    private boolean guardiansEnded;
    private volatile boolean underWay;

    Stopping(
            Supervisor supervisor,
            Checkpoint checkpoint,
            Guardians guardians,
            Supplier<Optional<Duration>> fastLimit,
            Runnable onStop) {
        this.supervisor = supervisor;
        this.checkpoint = checkpoint;
        this.guardians = guardians;
        this.fastLimit = fastLimit;
        this.onStop = onStop;
    }

    /** Whether the server is being stopped by this process now. Any thread. */
    boolean isUnderWay() {
        return underWay;
    }

    void stop(StopMode mode) throws DatabaseException, InterruptedException {
        underWay = true;
        try {
            stopAll(mode);
        } finally {
            underWay = false;
        }
    }

    private void stopAll(StopMode mode) throws DatabaseException, InterruptedException {
        Optional<Postmaster> server = supervisor.running();
        if (server.isPresent()) {
            stop(server.get(), mode);
            onStop.run();
        }
        if (!supervisor.isQuiet()) {
            supervisor.processes().killAll();
        }
        if (!guardiansEnded) {
            // What one of an earlier process has been told does not hold for the next server
            guardians.endThoseOfOthers();
            guardiansEnded = true;
        }
    }

    private void stop(Postmaster server, StopMode mode) throws DatabaseException, InterruptedException {
        try {
            switch (mode) {
                case GRACEFUL -> {
                    checkpoint.run();
                    fast(server);
                }
                case FAST -> fast(server);
                case IMMEDIATE -> immediate(server);
            }
        } catch (IOException cannotSignal) {
            throw new DatabaseException(
                    "cannot signal the server, process " + server.pid() + ": " + cannotSignal.getMessage(),
                    cannotSignal);
        }
    }

    private void fast(Postmaster server) throws IOException, DatabaseException, InterruptedException {
        Optional<Duration> limit = fastLimit.get();
        server.signal(Postmaster.Signal.INT);
        if (limit.isEmpty()) {
            server.awaitExit();
        } else if (!server.awaitExit(limit.get())) {
            LOG.warn(
                    "The server has not stopped within {} s: stopping it at once",
                    limit.get().toSeconds());
            immediate(server);
        }
    }

    private void immediate(Postmaster server) throws IOException, DatabaseException, InterruptedException {
        server.signal(Postmaster.Signal.QUIT);
        if (!server.awaitExit(IMMEDIATE_LIMIT)) {
            server.kill();
            supervisor.processes().killAll();
            server.awaitExit();
        }
    }
}
