package dev.regent.postgres;

import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.SlotKind;
import dev.regent.ha.spi.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drops and makes replication slots of a running server. Used by one thread. */
final class Slots {
    private static final Logger LOG = LoggerFactory.getLogger(Slots.class);

    /** A slot is a file to be written for good, which takes long only on a disk in trouble. */
    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(10);

    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(12);

    /** The second argument keeps WAL from now on, not only from the first use. */
    private static final String CREATE = "SELECT pg_create_physical_replication_slot(?, true) WHERE NOT EXISTS"
            + " (SELECT FROM pg_replication_slots WHERE slot_name = ?)";

    private static final String CREATE_LOGICAL = "SELECT pg_create_logical_replication_slot(?, ?) WHERE NOT EXISTS"
            + " (SELECT FROM pg_replication_slots WHERE slot_name = ?) AND NOT pg_is_in_recovery()";

    private static final String DROP =
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ? AND NOT active";

    private final Login login;
    private final IntSupplier port;

    Slots(Login login, IntSupplier port) {
        this.login = login;
        this.port = port;
    }

    /** What one slot needs. */
    @FunctionalInterface
    private interface Step {
        /** True when it has changed something. */
        boolean run() throws SQLException;
    }

    /** All that can be changed is changed, and then said what could not. */
    void change(SlotChanges changes) throws DatabaseException {
        Map<String, SQLException> failures = new TreeMap<>();
        try (Connection connection = login.local(port.getAsInt(), STATEMENT_LIMIT, SILENCE_LIMIT)) {
            for (String name : changes.drop()) {
                attempt(name, "Dropped", failures, () -> execute(connection, DROP, name));
            }
            for (Map.Entry<String, SlotKind> slot : changes.create().entrySet()) {
                attempt(slot.getKey(), "Created", failures, () -> create(connection, slot.getKey(), slot.getValue()));
            }
        } catch (SQLException unreachable) {
            throw new DatabaseException(
                    "cannot change the replication slots: " + unreachable.getMessage(), unreachable);
        }
        if (!failures.isEmpty()) {
            throw new DatabaseException(
                    "cannot change replication slots: "
                            + failures.entrySet().stream()
                                    .map(failure -> failure.getKey() + ": "
                                            + failure.getValue().getMessage())
                                    .collect(Collectors.joining("; ")),
                    failures.values().iterator().next());
        }
    }

    private static void attempt(String name, String what, Map<String, SQLException> failures, Step step) {
        try {
            if (step.run()) {
                LOG.info("{} the replication slot {}", what, name);
            }
        } catch (SQLException failed) {
            failures.put(name, failed);
        }
    }

    private boolean create(Connection connection, String name, SlotKind kind) throws SQLException {
        if (!(kind instanceof SlotKind.Logical logical)) {
            return execute(connection, CREATE, name, name);
        }
        // A logical slot belongs to the database that it is created in
        try (Connection there = login.local(port.getAsInt(), logical.database(), STATEMENT_LIMIT, SILENCE_LIMIT)) {
            return execute(there, CREATE_LOGICAL, name, logical.plugin(), name);
        }
    }

    /** True when the condition of the statement held. */
    private static boolean execute(Connection connection, String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            return statement.executeQuery().next();
        }
    }
}
