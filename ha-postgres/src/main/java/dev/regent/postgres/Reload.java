package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Makes a running server read its configuration again, and sees to it that it has. */
final class Reload {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Poll TAKEN_OVER = Poll.every(Duration.ofMillis(5));

    private static final String LOADED_AT = "SELECT extract(epoch FROM pg_conf_load_time())::text";

    private final Probe probe;

    Reload(Probe probe) {
        this.probe = probe;
    }

    /** Returns when all processes of the server have been told; one that does not accept connections yet is but told. */
    void now(Postmaster server) throws DatabaseException, InterruptedException {
        try {
            String before = probe.ask(PATIENCE, connection -> {
                String loadedAt = value(connection, LOADED_AT);
                value(connection, "SELECT pg_reload_conf()");
                return loadedAt;
            });
            boolean taken = TAKEN_OVER.until(
                    PATIENCE,
                    () -> !probe.ask(PATIENCE, connection -> value(connection, LOADED_AT))
                            .equals(before));
            if (!taken) {
                throw new DatabaseException("expected the server to read its configuration again within " + PATIENCE
                        + ", found that it has not: see the server's log for what is wrong with it");
            }
        } catch (SQLException notYet) {
            signal(server, notYet);
        }
    }

    private static void signal(Postmaster server, SQLException why) throws DatabaseException, InterruptedException {
        try {
            server.signal(Postmaster.Signal.HUP);
        } catch (IOException cannotSignal) {
            DatabaseException failure =
                    new DatabaseException("cannot make the server reload: " + why.getMessage(), why);
            failure.addSuppressed(cannotSignal);
            throw failure;
        }
    }

    /** The one value that a query returns, as text; empty for null. */
    static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            String value = row.getString(1);
            return value == null ? "" : value;
        }
    }
}
