package dev.regent.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a standby that has stopped to replay because its settings are too small from one that a person has paused. */
final class SmallSettings {
    private static final Logger LOG = LoggerFactory.getLogger(SmallSettings.class);

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final String QUERY = "SELECT name, setting FROM pg_settings WHERE name IN ('max_connections',"
            + " 'max_prepared_transactions', 'max_locks_per_transaction', 'max_worker_processes', 'max_wal_senders')";

    private SmallSettings() {}

    /** Whether the log that is replayed was written with larger settings than the server runs with. */
    static boolean stopReplay(Probe probe, ControlFile controlFile) {
        var needed = controlFile.read();
        if (needed.isEmpty()) {
            return false;
        }
        try {
            Map<String, Integer> running = probe.ask(PATIENCE, SmallSettings::read);
            return ControlledParameters.IN_CONTROL_FILE.entrySet().stream()
                    .anyMatch(setting -> needed.get().number(setting.getValue())
                            > running.getOrDefault(setting.getKey(), Integer.MAX_VALUE));
        } catch (SQLException silent) {
            LOG.debug("Cannot tell why replay is paused", silent);
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Map<String, Integer> read(Connection connection) throws SQLException {
        Map<String, Integer> settings = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            while (row.next()) {
                settings.put(row.getString(1), row.getInt(2));
            }
        }
        return settings;
    }
}
