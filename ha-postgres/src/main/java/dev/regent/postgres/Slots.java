package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the physical replication slots of a running server. Used by one thread. */
final class Slots {
    private static final Logger LOG = LoggerFactory.getLogger(Slots.class);

    /** A slot is a file to be written for good, which takes long only on a disk in trouble. */
    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(10);

    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(12);

    private static final String PRESENT =
            "SELECT slot_name, active FROM pg_replication_slots WHERE slot_type = 'physical' AND NOT temporary";

    /** The second argument keeps WAL from now on, not only from the first use. */
    private static final String CREATE = "SELECT pg_create_physical_replication_slot(?, true) WHERE NOT EXISTS"
            + " (SELECT FROM pg_replication_slots WHERE slot_name = ?)";

    private static final String DROP =
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ? AND NOT active";

    private final Login login;
    private final IntSupplier port;

    Slots(Login login, IntSupplier port) {
        this.login = login;
        this.port = port;
    }

    /** Creates what is missing, drops what is neither named nor in use. */
    void keep(Set<String> names) throws DatabaseException {
        try (Connection connection = login.local(port.getAsInt(), STATEMENT_LIMIT, SILENCE_LIMIT)) {
            Map<String, Boolean> present = present(connection);
            Set<String> missing = new TreeSet<>(names);
            missing.removeAll(present.keySet());
            for (String name : missing) {
                execute(connection, CREATE, name, name);
                LOG.info("Created the replication slot {}", name);
            }
            for (Map.Entry<String, Boolean> slot : present.entrySet()) {
                if (!names.contains(slot.getKey()) && !slot.getValue()) {
                    execute(connection, DROP, slot.getKey());
                    LOG.info("Dropped the replication slot {}", slot.getKey());
                }
            }
        } catch (SQLException failed) {
            throw new DatabaseException(
                    "cannot bring the replication slots in line with " + new TreeSet<>(names) + ": "
                            + failed.getMessage(),
                    failed);
        }
    }

    private static Map<String, Boolean> present(Connection connection) throws SQLException {
        Map<String, Boolean> present = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(PRESENT)) {
            while (rows.next()) {
                present.put(rows.getString(1), rows.getBoolean(2));
            }
        }
        return present;
    }

    private static void execute(Connection connection, String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.execute();
        }
    }
}
