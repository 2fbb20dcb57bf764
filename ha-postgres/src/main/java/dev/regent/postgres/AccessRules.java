package dev.regent.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a running server which lines of {@code pg_hba.conf} it does not understand. */
final class AccessRules {
    private static final Logger LOG = LoggerFactory.getLogger(AccessRules.class);

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String QUERY = "SELECT line_number, error FROM pg_hba_file_rules WHERE error IS NOT NULL";

    private AccessRules() {}

    /** What is wrong, by the number of the line; nothing when the server does not say. */
    static Map<Integer, String> refusedBy(Probe probe) throws InterruptedException {
        try {
            return probe.ask(PATIENCE, connection -> {
                Map<Integer, String> errors = new TreeMap<>();
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery(QUERY)) {
                    while (row.next()) {
                        errors.put(row.getInt(1), row.getString(2));
                    }
                }
                return errors;
            });
        } catch (SQLException silent) {
            LOG.debug("Cannot tell whether pg_hba.conf is right", silent);
            return Map.of();
        }
    }
}
