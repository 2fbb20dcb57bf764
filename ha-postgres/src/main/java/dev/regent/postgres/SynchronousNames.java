package dev.regent.postgres;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.spi.DatabaseException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Waits until a running primary really waits for the standbys that {@code synchronous_standby_names} names: each process
 * of the server reads a new value by itself, the senders that count acknowledgements and the checkpointer that tells
 * commits to wait at all being the ones that matter. Used by one thread.
 */
final class SynchronousNames {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Poll IN_FORCE = Poll.every(Duration.ofMillis(5));

    private static final String VALUE = "SELECT current_setting('synchronous_standby_names')";
    private static final String SENDERS = "SELECT application_name, sync_priority FROM pg_stat_replication"
            + " WHERE state IN ('catchup', 'streaming')";
    private static final String CHECKPOINTER_BUSY = """
            SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'checkpointer'
            AND coalesce(wait_event, '') NOT IN ('CheckpointerMain', 'CheckpointWriteDelay'))""";
    /**
     * Empty on a standby: its value counts from when it has become a primary, because what was committed before that did
     * not wait for it.
     */
    private static final String FLUSHED =
            "SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_flush_lsn() END";

    private final Probe probe;
    private final Reload reload;
    private final RunningFacts facts;

    /** A value has been handed over and not been seen to be in force. */
    private boolean doubtful;

    SynchronousNames(Probe probe, Reload reload, RunningFacts facts) {
        this.probe = probe;
        this.reload = reload;
        this.facts = facts;
    }

    /** The configuration file holds the value already. */
    void bringInForce(Postmaster server, String value) throws DatabaseException, InterruptedException {
        try {
            String before = doubtful ? "" : ask(VALUE);
            if (before.equals(value) && !doubtful) {
                return;
            }
            doubtful = true;
            reload.now(server);
            awaitServer(value);
            if (!IN_FORCE.until(PATIENCE, () -> isInForce(before, value))) {
                throw new DatabaseException(
                        "expected synchronous_standby_names = '" + value + "' to be in force within " + PATIENCE
                                + ", found that not all processes of the server have read it: try again");
            }
            doubtful = false;
            String flushed = ask(FLUSHED);
            if (!flushed.isEmpty()) {
                facts.synchronousSince(value, Lsn.parse(flushed));
            }
        } catch (SQLException silent) {
            throw new DatabaseException(
                    "expected the server to take synchronous_standby_names = '" + value + "', found: "
                            + silent.getMessage(),
                    silent);
        }
    }

    private void awaitServer(String value) throws SQLException, DatabaseException, InterruptedException {
        if (!IN_FORCE.until(PATIENCE, () -> ask(VALUE).equals(value))) {
            throw new DatabaseException("expected synchronous_standby_names = '" + value + "', found '" + ask(VALUE)
                    + "': something overrides it; undo ALTER SYSTEM or ALTER ROLE … SET synchronous_standby_names");
        }
    }

    private boolean isInForce(String before, String value) throws SQLException, InterruptedException {
        if (ask("SELECT pg_is_in_recovery()").equals("t")) {
            return true;
        }
        boolean commitsWait =
                !before.isEmpty() || value.isEmpty() || ask(CHECKPOINTER_BUSY).equals("f");
        return commitsWait && probe.ask(PATIENCE, connection -> sendersKnow(connection, namesIn(value)));
    }

    private static boolean sendersKnow(Connection connection, Set<String> names) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SENDERS)) {
            while (rows.next()) {
                String name = String.valueOf(rows.getString(1)).toLowerCase(Locale.ROOT);
                boolean wanted = names.contains(name) || names.contains("*");
                if (wanted != rows.getInt(2) > 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The names in lower case, as the server compares them. */
    static Set<String> namesIn(String value) {
        int open = value.indexOf('(');
        int close = value.lastIndexOf(')');
        String list = open >= 0 && close > open ? value.substring(open + 1, close) : value;
        return Arrays.stream(list.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"))
                .map(String::strip)
                .map(name -> name.startsWith("\"") && name.endsWith("\"") && name.length() > 1
                        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
                        : name)
                .filter(name -> !name.isEmpty())
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    private String ask(String query) throws SQLException, InterruptedException {
        return probe.ask(PATIENCE, connection -> Reload.value(connection, query));
    }
}
