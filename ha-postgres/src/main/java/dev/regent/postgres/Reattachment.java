package dev.regent.postgres;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spares a standby that has been given an upstream its long pauses between attempts to stream from it. Right after a
 * failover the first attempt often comes too early: the new primary has not promoted itself yet, or has no slot for this
 * standby yet, and PostgreSQL then waits for {@code wal_retrieve_retry_interval}, five seconds, while commits wait for a
 * synchronous standby. Making that interval short for good would fill the log whenever an upstream is away. Thread-safe.
 */
final class Reattachment implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reattachment.class);

    private static final Poll ATTEMPTS = Poll.every(Duration.ofMillis(200));

    /** A failover is over by then; if not, PostgreSQL goes on by itself at its own pace. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Zero while a receiver is there, or nothing waits for one. */
    private static final String WAITING_PROCESS = """
            SELECT coalesce((SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'
            AND NOT EXISTS (SELECT FROM pg_stat_wal_receiver)), 0)""";

    private static final String STREAMING =
            "SELECT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming')";

    private final Probe probe;
    private final ServerProcesses processes;
    private final Runnable onStreaming;
    private @Nullable Thread thread;

    /**
     * @param onStreaming called from a thread of its own when the standby streams, so that the others need not wait for the
     *     next regular look to know of it
     */
    Reattachment(Probe probe, ServerProcesses processes, Runnable onStreaming) {
        this.probe = probe;
        this.processes = processes;
        this.onStreaming = onStreaming;
    }

    synchronized void begin() {
        close();
        Thread started = new Thread(this::untilStreaming, "regent-reattachment");
        started.setDaemon(true);
        started.start();
        thread = started;
    }

    @Override
    public synchronized void close() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
        }
    }

    private void untilStreaming() {
        try {
            ATTEMPTS.until(LONGEST, this::isStreaming);
        } catch (InterruptedException replaced) {
            // There is another upstream, or no server, by now
        } catch (SQLException unneeded) {
            LOG.debug("PostgreSQL is left to reattach by itself", unneeded);
        }
    }

    private boolean isStreaming() throws SQLException, InterruptedException {
        if (ask(STREAMING).equals("t")) {
            onStreaming.run();
            return true;
        }
        long waiting = Long.parseLong(ask(WAITING_PROCESS));
        if (waiting != 0 && processes.isServer(waiting).orElse(false)) {
            // To read its configuration again is the one thing that ends its pause
            wake(waiting);
        }
        return false;
    }

    private static void wake(long pid) throws InterruptedException {
        try {
            Postmaster.send(Postmaster.Signal.HUP, pid);
        } catch (IOException cannotSignal) {
            LOG.debug("PostgreSQL is left to reattach by itself", cannotSignal);
        }
    }

    private String ask(String query) throws SQLException, InterruptedException {
        return probe.ask(PATIENCE, connection -> Reload.value(connection, query));
    }
}
