package dev.regent.postgres;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;

/** A server that answers and writes no log: whoever was about to write it stands still and holds its lock. */
final class StuckLog implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration STUCK = Duration.ofSeconds(3);

    private final Connection holder;
    private final ProcessHandle backend;

    private StuckLog(Connection holder, ProcessHandle backend) {
        this.holder = holder;
        this.backend = backend;
    }

    /** Whoever flushes the log for a group of commits waits for more of them first, and holds the lock meanwhile. */
    static StuckLog of(RealServer server) throws Exception {
        Connection holder = server.connect();
        long pid = Long.parseLong(Reload.value(holder, "SELECT pg_backend_pid()"));
        ProcessHandle backend = ProcessHandle.of(pid).orElseThrow();
        Statement statement = holder.createStatement();
        statement.execute("SET commit_siblings = 0");
        statement.execute("SET commit_delay = 100000");
        statement.execute("SET synchronous_commit = local");
        inBackground(() -> {
            while (true) {
                statement.execute("SELECT pg_logical_emit_message(true, 'test', 'holds the lock')");
            }
        });
        while (true) {
            Signals.send("STOP", backend);
            if (!canCommit(server)) {
                return new StuckLog(holder, backend);
            }
            Signals.send("CONT", backend);
        }
    }

    /** The log is written again. */
    @Override
    public void close() throws Exception {
        if (backend.isAlive()) {
            Signals.send("CONT", backend);
        }
        holder.close();
    }

    /** False when it has waited for the log's lock for so long that nobody who runs can hold it. */
    private static boolean canCommit(RealServer server) throws Exception {
        Connection connection = server.connect();
        String pid = Reload.value(connection, "SELECT pg_backend_pid()");
        Thread commit = inBackground(() -> {
            try (connection;
                    Statement statement = connection.createStatement()) {
                statement.execute("SET synchronous_commit = local");
                statement.execute("SELECT pg_logical_emit_message(true, 'test', 'does it pass?')");
            }
        });
        String wait = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'LWLock' AND pid = " + pid;
        Poll.every(PAUSE).until(() -> !commit.isAlive() || server.ask(wait).equals("1"));
        return Poll.every(PAUSE).until(STUCK, () -> !commit.isAlive());
    }

    /** What may fail. */
    interface Task {
        void run() throws Exception;
    }

    /** Does it in a thread of its own, until it fails. */
    static Thread inBackground(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (Exception ended) {
                // With its connection
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
