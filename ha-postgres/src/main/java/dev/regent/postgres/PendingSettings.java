package dev.regent.postgres;

import dev.regent.ha.model.PendingRestart.Change;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Asks a running server which of its settings would be others after a restart. */
final class PendingSettings {
    /** The value that the files give now, or PostgreSQL's own where they no longer give any. */
    private static final String QUERY = """
            SELECT s.name, s.setting, s.unit, s.vartype, coalesce(f.setting, s.boot_val, '') AS wanted
            FROM pg_settings s LEFT JOIN
              (SELECT DISTINCT ON (lower(name)) lower(name) AS name, setting FROM pg_file_settings
               ORDER BY lower(name), seqno DESC) f ON f.name = lower(s.name)
            WHERE s.pending_restart AND s.name <> 'hot_standby'""";

    private PendingSettings() {}

    static Map<String, Change> read(Connection connection) throws SQLException {
        Map<String, Change> changes = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            while (row.next()) {
                String name = row.getString("name");
                if (!ConfText.RECOVERY.contains(name)) {
                    Optional<String> unit = Optional.ofNullable(row.getString("unit"));
                    String type = row.getString("vartype");
                    changes.put(
                            name,
                            new Change(
                                    SettingUnit.readable(row.getString("setting"), type, unit),
                                    SettingUnit.readable(row.getString("wanted"), type, unit)));
                }
            }
        }
        return changes;
    }
}
