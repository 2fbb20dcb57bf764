package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import dev.regent.postgres.ConfiguredSlots.Logical;
import dev.regent.postgres.ConfiguredSlots.Slot;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the replication slots of a running server. Used by one thread. */
final class Slots {
    private static final Logger LOG = LoggerFactory.getLogger(Slots.class);

    /** A slot is a file to be written for good, which takes long only on a disk in trouble. */
    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(10);

    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(12);

    /** Attributes that only newer versions have are empty on older ones. */
    private static final String PRESENT = """
            SELECT slot_name, slot_type, coalesce(database, '') AS database, coalesce(plugin, '') AS plugin, active,
              coalesce(to_jsonb(s) ->> 'wal_status' = 'lost', false) AS lost,
              coalesce((to_jsonb(s) ->> 'failover')::bool, false) AS failover
            FROM pg_replication_slots s
            WHERE NOT temporary AND coalesce((to_jsonb(s) ->> 'synced')::bool, false) = false""";

    /** The second argument keeps WAL from now on, not only from the first use. */
    private static final String CREATE = "SELECT pg_create_physical_replication_slot(?, true) WHERE NOT EXISTS"
            + " (SELECT FROM pg_replication_slots WHERE slot_name = ?)";

    private static final String CREATE_LOGICAL = "SELECT pg_create_logical_replication_slot(?, ?) WHERE NOT EXISTS"
            + " (SELECT FROM pg_replication_slots WHERE slot_name = ?) AND NOT pg_is_in_recovery()";

    private static final String DROP =
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ? AND NOT active";

    private final Login login;
    private final IntSupplier port;
    private final Supplier<ConfiguredSlots> configured;

    Slots(Login login, IntSupplier port, Supplier<ConfiguredSlots> configured) {
        this.login = login;
        this.port = port;
        this.configured = configured;
    }

    /** A slot of the server. Immutable. */
    private record Present(Slot slot, boolean active, boolean lost, boolean failover) {
        /** The server itself takes care of failover slots. */
        boolean mayBeDropped() {
            return !active && !failover;
        }
    }

    /**
     * Creates what is missing, drops what is neither named nor in use. What has lost its WAL, or is of another kind than
     * configured, is made anew.
     */
    void keep(Set<String> names) throws DatabaseException {
        ConfiguredSlots config = configured.get();
        try (Connection connection = login.local(port.getAsInt(), STATEMENT_LIMIT, SILENCE_LIMIT)) {
            Set<String> missing = new TreeSet<>(names);
            for (Present present : present(connection)) {
                String name = present.slot().name();
                boolean good = names.contains(name) && !present.lost() && config.isAsConfigured(present.slot());
                if (good || config.ignores(present.slot()) || !present.mayBeDropped()) {
                    missing.remove(name);
                } else {
                    execute(connection, DROP, name);
                    LOG.info(
                            "Dropped the replication slot {}{}",
                            name,
                            present.lost() ? ", which had lost its WAL" : "");
                }
            }
            for (String name : missing) {
                create(connection, name, Optional.ofNullable(config.logical().get(name)));
                LOG.info("Created the replication slot {}", name);
            }
        } catch (SQLException failed) {
            throw new DatabaseException(
                    "cannot bring the replication slots in line with " + new TreeSet<>(names) + ": "
                            + failed.getMessage(),
                    failed);
        }
    }

    private void create(Connection connection, String name, Optional<Logical> logical) throws SQLException {
        if (logical.isEmpty()) {
            execute(connection, CREATE, name, name);
            return;
        }
        // A logical slot belongs to the database that it is created in
        try (Connection there =
                login.local(port.getAsInt(), logical.get().database(), STATEMENT_LIMIT, SILENCE_LIMIT)) {
            execute(there, CREATE_LOGICAL, name, logical.get().plugin(), name);
        }
    }

    private static List<Present> present(Connection connection) throws SQLException {
        List<Present> present = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(PRESENT)) {
            while (row.next()) {
                Slot slot = new Slot(
                        row.getString("slot_name"),
                        row.getString("slot_type"),
                        row.getString("database"),
                        row.getString("plugin"));
                present.add(new Present(
                        slot, row.getBoolean("active"), row.getBoolean("lost"), row.getBoolean("failover")));
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
