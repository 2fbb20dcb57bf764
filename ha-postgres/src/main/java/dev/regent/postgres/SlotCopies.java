package dev.regent.postgres;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.SlotKind;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logical slots of the primary, brought to a standby: as files, since a standby cannot make a slot that stands where another's
 * does. A server reads them only when it is started. Used by one thread.
 */
final class SlotCopies {
    private static final Logger LOG = LoggerFactory.getLogger(SlotCopies.class);

    private static final Duration PRIMARYS_LIMIT = Duration.ofSeconds(5);
    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(3);
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(5);

    private static final String STATES = """
            SELECT slot_name, database, plugin, restart_lsn,
              encode(pg_read_binary_file('pg_replslot/' || slot_name || '/state'), 'hex') AS state
            FROM pg_replication_slots s
            WHERE slot_type = 'logical' AND NOT temporary AND slot_name = ANY(?) AND NOT pg_is_in_recovery()
              AND restart_lsn IS NOT NULL
              AND to_jsonb(s) ->> 'failover' IS DISTINCT FROM 'true' AND to_jsonb(s) ->> 'wal_status' IS DISTINCT FROM 'lost'""";

    private static final String ROOM = """
            SELECT pg_is_in_recovery() || ' ' || current_setting('wal_level') || ' ' || (current_setting('max_replication_slots')::int
              - (SELECT count(*) FROM pg_replication_slots WHERE NOT slot_name = ANY(string_to_array(?, ','))))""";

    private static final String OLDEST_WAL = """
            SELECT coalesce(min(substr(name, 9)), '') || ' ' || pg_size_bytes(current_setting('wal_segment_size'))
            FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'""";

    private static final String DIRECTORY = "pg_replslot";
    private static final long BYTES_PER_LOG = 1L << 32;

    private final Login login;
    private final IntSupplier port;
    private final DataDirectory data;
    private final OsUser owner;

    SlotCopies(Login login, IntSupplier port, DataDirectory data, OsUser owner) {
        this.login = login;
        this.port = port;
        this.data = data;
        this.owner = owner;
    }

    /**
     * A slot of the primary as PostgreSQL keeps it in a file. Immutable.
     *
     * @param state the file's bytes in hexadecimal
     * @param from where it begins to read when it is used
     */
    record Copied(String state, Lsn from) {}

    /** What the slots are like at the primary at this moment; those that are as described. */
    Map<String, Copied> fetch(Upstream primary, Map<String, SlotKind.Logical> slots) throws DatabaseException {
        Map<String, Copied> states = new TreeMap<>();
        try (Connection connection = login.forRewind(primary, PRIMARYS_LIMIT);
                PreparedStatement statement = connection.prepareStatement(STATES)) {
            statement.setArray(
                    1, connection.createArrayOf("text", slots.keySet().toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String name = rows.getString("slot_name");
                    SlotKind found = new SlotKind.Logical(rows.getString("database"), rows.getString("plugin"));
                    if (found.equals(slots.get(name))) {
                        states.put(name, new Copied(rows.getString("state"), Lsn.parse(rows.getString("restart_lsn"))));
                    } else {
                        LOG.warn(
                                "The logical slot {} of {} is not copied: expected {}, found {}",
                                name,
                                primary.name(),
                                slots.get(name),
                                found);
                    }
                }
            }
            return states;
        } catch (SQLException failed) {
            throw new DatabaseException(
                    "cannot read the logical slots " + slots.keySet() + " of " + primary.name() + ": "
                            + failed.getMessage(),
                    failed);
        }
    }

    /** A server that has slots which it cannot keep does not start. */
    void requireRoom(Map<String, Copied> states) throws DatabaseException {
        try (Connection connection = login.local(port.getAsInt(), STATEMENT_LIMIT, SILENCE_LIMIT);
                PreparedStatement statement = connection.prepareStatement(ROOM)) {
            statement.setString(1, String.join(",", states.keySet()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String[] found = row.getString(1).split(" ", 3);
                if (!found[0].equals("true")) {
                    throw new DatabaseException("expected a standby to take over logical slots, found a primary");
                }
                if (!found[1].equals("logical")) {
                    throw new DatabaseException("cannot take over the logical slots " + states.keySet()
                            + ": expected wal_level logical, found " + found[1]
                            + ": set it in the cluster-wide configuration and restart the members");
                }
                if (Integer.parseInt(found[2]) < states.size()) {
                    throw new DatabaseException("cannot take over the logical slots " + states.keySet()
                            + ": expected room for " + states.size() + " slots, found room for " + found[2]
                            + ": raise max_replication_slots in the cluster-wide configuration");
                }
            }
        } catch (SQLException failed) {
            throw new DatabaseException("cannot ask the server for room for slots: " + failed.getMessage(), failed);
        }
    }

    /**
     * Those that could be used here. A standby that was copied while a consumer was far behind does not have the WAL that this one
     * still needs: such a slot would be lost as soon as it was advanced, and copied again and again.
     */
    Map<String, Copied> withWalHere(Map<String, Copied> states) throws DatabaseException {
        Map<String, Copied> usable = new TreeMap<>(states);
        try (Connection connection = login.local(port.getAsInt(), STATEMENT_LIMIT, SILENCE_LIMIT)) {
            String[] oldest = Reload.value(connection, OLDEST_WAL).split(" ", 2);
            long segmentSize = Long.parseLong(oldest[1]);
            usable.values().removeIf(slot -> segment(slot.from(), segmentSize).compareTo(oldest[0]) < 0);
        } catch (SQLException failed) {
            throw new DatabaseException("cannot ask the server for its WAL: " + failed.getMessage(), failed);
        }
        if (usable.isEmpty() && !states.isEmpty()) {
            throw new DatabaseException("cannot take over the logical slots " + states.keySet()
                    + " yet: their consumers still need WAL that is older than all that this standby has; when they have gone"
                    + " on it is tried again");
        }
        return usable;
    }

    /** The name, without its timeline, of the file that the position is in. */
    static String segment(Lsn position, long segmentSize) {
        long number = position.value() / segmentSize;
        long perLog = BYTES_PER_LOG / segmentSize;
        return String.format(Locale.ROOT, "%08X%08X", number / perLog, number % perLog);
    }

    /** Puts the slots among those of the stopped server; each is either as it was or complete. */
    void install(Map<String, Copied> states) throws DatabaseException {
        try {
            for (Map.Entry<String, Copied> slot : states.entrySet()) {
                install(
                        data.resolve(DIRECTORY),
                        slot.getKey(),
                        HexFormat.of().parseHex(slot.getValue().state()));
            }
        } catch (IOException cannotWrite) {
            throw data.cannotWrite(cannotWrite);
        }
    }

    private void install(Path directory, String name, byte[] state) throws IOException {
        // The server itself removes what bears this ending when it starts
        Path draft = directory.resolve(name + ".tmp");
        Path place = directory.resolve(name);
        if (Files.exists(draft)) {
            DataDirectory.deleteTree(draft);
        }
        SafeFiles.createDirectory(draft, owner);
        SafeFiles.replace(draft.resolve("state"), state, owner);
        if (Files.exists(place)) {
            DataDirectory.deleteTree(place);
        }
        Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
        SafeFiles.force(directory);
    }
}
