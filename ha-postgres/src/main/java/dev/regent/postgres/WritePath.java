package dev.regent.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a primary still writes its log. It is tried with a transaction of a few bytes that waits for the local
 * disk alone, and only where there is cause for doubt: an idle server would have to archive whole files of log for it.
 * Thread-safe.
 */
final class WritePath implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WritePath.class);

    /** Log that nobody has flushed, or somebody who waits for the log. */
    private static final String DOUBT = """
            SELECT pg_current_wal_insert_lsn() > pg_current_wal_flush_lsn() OR EXISTS (
              SELECT FROM pg_stat_activity
              WHERE state = 'active' AND wait_event_type IN ('LWLock', 'IO') AND wait_event LIKE 'WAL%')""";

    private static final String WRITE = "SELECT pg_logical_emit_message(true, 'regent', 'health')";

    private final Login login;
    private final IntSupplier port;
    private final Errand<Boolean> errand = new Errand<>("regent-write");
    private final Runnable onEnd;
    private volatile @Nullable Connection connection;
    private volatile long writingSince;
    private volatile boolean writing;

    WritePath(Login login, IntSupplier port, Runnable onEnd) {
        this.login = login;
        this.port = port;
        this.onEnd = onEnd;
    }

    /** Whether the primary that this connection leads to may not be writing. */
    static boolean isInDoubt(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(DOUBT)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** Begins to write, unless that is under way. */
    void tryOut() {
        errand.begin(this::write, written -> {});
    }

    /** For how long the server has not written what it was told to; absent when it has, or was told nothing. */
    Optional<Duration> waitingFor() {
        return writing ? Optional.of(Poll.since(writingSince)) : Optional.empty();
    }

    @Override
    public void close() {
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException gone) {
                // It is no longer needed
            }
        }
    }

    private boolean write() {
        try (Connection opened = login.local(port.getAsInt(), Duration.ZERO, Duration.ZERO);
                Statement statement = opened.createStatement()) {
            connection = opened;
            statement.execute("SET synchronous_commit = local");
            writingSince = Poll.now();
            writing = true;
            statement.execute(WRITE);
            return true;
        } catch (SQLException failed) {
            LOG.debug("The server could not be told to write", failed);
            return false;
        } finally {
            connection = null;
            writing = false;
            onEnd.run();
        }
    }
}
