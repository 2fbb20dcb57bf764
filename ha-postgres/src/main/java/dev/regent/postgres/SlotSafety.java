package dev.regent.postgres;

import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.ReplicationSlot.Trait;
import dev.regent.ha.model.SlotCare.Primary;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether logical slots of a standby could be used if it were promoted now. A slot that was copied needs catalog rows that
 * the primary may have removed before it heard, by the feedback of this standby, that they are needed. Each start of the server
 * makes it unknown again. Thread-safe.
 */
final class SlotSafety {
    private static final Logger LOG = LoggerFactory.getLogger(SlotSafety.class);

    private static final Duration PRIMARYS_LIMIT = Duration.ofSeconds(3);

    private static final String ROWS_NEEDED = "SELECT slot_name, catalog_xmin::text::bigint AS needed"
            + " FROM pg_replication_slots WHERE slot_name = ANY(?)";

    private static final String ROWS_NEEDED_AT_PRIMARY = ROWS_NEEDED + " AND NOT pg_is_in_recovery()";

    private final Login login;
    private Optional<String> start = Optional.empty();
    private final Set<String> safe = new HashSet<>();

    /** What slots at the primary needed when it first had heard of this standby's needs. */
    private final Map<String, Long> neededAtPrimary = new HashMap<>();

    private String lastComplaint = "";

    SlotSafety(Login login) {
        this.login = login;
    }

    /** The same slots, those marked that are not known to be safe. */
    synchronized Map<String, ReplicationSlot> marked(Map<String, ReplicationSlot> slots, Optional<String> startTime) {
        if (!startTime.equals(start)) {
            start = startTime;
            safe.clear();
            neededAtPrimary.clear();
        }
        Map<String, ReplicationSlot> marked = new TreeMap<>(slots);
        marked.replaceAll((name, slot) -> slot.kind().isLogical() && !slot.is(Trait.FAILOVER) && !safe.contains(name)
                ? slot.with(Trait.UNSAFE)
                : slot);
        return marked;
    }

    /** What is copied anew is as good as unknown. */
    synchronized void forget(Set<String> slots) {
        Set<String> forgotten = Set.copyOf(slots);
        safe.removeAll(forgotten);
        neededAtPrimary.keySet().removeAll(forgotten);
    }

    synchronized boolean isSafe(String slot) {
        return safe.contains(slot);
    }

    /** Asks the primary about slots of this standby; a primary that does not answer is asked again another time. */
    void examine(Connection local, Set<String> slots, Primary primary) throws SQLException {
        Set<String> names = new TreeSet<>(slots);
        names.add(primary.slot());
        Map<String, Long> there;
        try (Connection connection = login.forRewind(primary.server(), PRIMARYS_LIMIT)) {
            there = rowsNeeded(connection, ROWS_NEEDED_AT_PRIMARY, names);
        } catch (SQLException silent) {
            LOG.debug("{} does not say what its slots need", primary.server(), silent);
            return;
        }
        Optional<Long> heard = Optional.ofNullable(there.get(primary.slot()));
        if (heard.isEmpty()) {
            complain(primary, local);
            return;
        }
        Map<String, Long> here = rowsNeeded(local, ROWS_NEEDED, slots);
        slots.forEach(slot ->
                examine(slot, heard.get(), Optional.ofNullable(there.get(slot)), Optional.ofNullable(here.get(slot))));
    }

    private synchronized void examine(String slot, long heard, Optional<Long> there, Optional<Long> here) {
        there.ifPresent(needed -> neededAtPrimary.putIfAbsent(slot, needed));
        Long first = neededAtPrimary.get(slot);
        boolean covered = first != null && here.isPresent() && !precedes(heard, first) && !precedes(here.get(), heard);
        if (covered && safe.add(slot)) {
            LOG.info("The logical slot {} can be used here after a failover", slot);
        }
    }

    /** As PostgreSQL compares transaction numbers, which wrap around. */
    static boolean precedes(long one, long other) {
        return (int) (one - other) < 0;
    }

    private synchronized void complain(Primary primary, Connection local) throws SQLException {
        boolean feedback = Reload.value(local, "SHOW hot_standby_feedback").equals("on");
        String complaint = feedback
                ? "the primary has not heard yet, by the slot " + primary.slot() + ", which rows this standby needs"
                : "expected hot_standby_feedback = on, found off: look at postgresql.auto.conf";
        if (!complaint.equals(lastComplaint)) {
            lastComplaint = complaint;
            if (feedback) {
                LOG.info("Logical slots are not safe to use after a failover yet: {}", complaint);
            } else {
                LOG.warn("Logical slots are not safe to use after a failover: {}", complaint);
            }
        }
    }

    private static Map<String, Long> rowsNeeded(Connection connection, String sql, Set<String> names)
            throws SQLException {
        Map<String, Long> needed = new HashMap<>();
        Array array = connection.createArrayOf("text", names.toArray());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, array);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    long value = rows.getLong("needed");
                    if (!rows.wasNull()) {
                        needed.put(rows.getString("slot_name"), value);
                    }
                }
            }
        }
        return needed;
    }
}
