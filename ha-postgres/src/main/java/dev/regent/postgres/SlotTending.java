package dev.regent.postgres;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.ReplicationSlot.Trait;
import dev.regent.ha.model.SlotCare;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Advances slots that are used on other servers, on a thread of its own: a logical slot has to read all the WAL up to where it
 * is to be, which may take long. One round at a time; what comes meanwhile is for the next one. Thread-safe.
 */
final class SlotTending implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlotTending.class);

    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(10);
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(12);

    private static final String IDLE_SLOTS = "SELECT slot_name, slot_type = 'logical' AS logical, database,"
            + " coalesce(to_jsonb(s) ->> 'failover' = 'true', false) AS failover"
            + " FROM pg_replication_slots s WHERE NOT temporary AND NOT active";

    private static final String ADVANCE = "SELECT pg_replication_slot_advance(slot_name, ?::pg_lsn)"
            + " FROM pg_replication_slots WHERE slot_name = ? AND NOT active"
            + " AND CASE slot_type WHEN 'logical' THEN confirmed_flush_lsn ELSE restart_lsn END < ?::pg_lsn";

    /** SQLSTATEs of a slot that cannot be advanced any more: WAL that it needs is gone, or it was invalidated. */
    private static final Set<String> BEYOND_REPAIR = Set.of("58P01", "55000");

    private final Login login;
    private final IntSupplier port;
    private final SlotSafety safety;
    private final Set<String> broken = new HashSet<>();
    private @Nullable Thread thread;
    private volatile @Nullable Connection reading;

    SlotTending(Login login, IntSupplier port, SlotSafety safety) {
        this.login = login;
        this.port = port;
        this.safety = safety;
    }

    synchronized void begin(SlotCare care) {
        Thread before = thread;
        if (before != null && before.isAlive()) {
            return;
        }
        Thread started = new Thread(() -> tend(care), "regent-slots");
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /** The same slots, those marked that nothing can be done for but to replace them. */
    synchronized Map<String, ReplicationSlot> marked(Map<String, ReplicationSlot> slots) {
        Map<String, ReplicationSlot> marked = new TreeMap<>(slots);
        broken.forEach(name -> marked.computeIfPresent(name, (same, slot) -> slot.with(Trait.LOST)));
        return marked;
    }

    synchronized void forget(Set<String> slots) {
        broken.removeAll(slots);
    }

    /** Ends what is under way. */
    @Override
    public synchronized void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        Connection open = reading;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException gone) {
                // It is no longer needed
            }
        }
    }

    private void tend(SlotCare care) {
        try (Connection connection = login.local(port.getAsInt(), STATEMENT_LIMIT, SILENCE_LIMIT)) {
            Map<String, Map<String, Lsn>> logical = new TreeMap<>();
            Set<String> copied = new TreeSet<>();
            try (PreparedStatement statement = connection.prepareStatement(IDLE_SLOTS);
                    ResultSet slot = statement.executeQuery()) {
                while (slot.next()) {
                    String name = slot.getString("slot_name");
                    Lsn target = care.advance().getOrDefault(name, Lsn.ZERO);
                    if (slot.getBoolean("logical")) {
                        if (!slot.getBoolean("failover")) {
                            copied.add(name);
                        }
                        if (target.value() != 0) {
                            logical.computeIfAbsent(slot.getString("database"), database -> new HashMap<>())
                                    .put(name, target);
                        }
                    } else if (target.value() != 0) {
                        advance(connection, name, target);
                    }
                }
            }
            copied.removeIf(safety::isSafe);
            if (care.primary().isPresent() && !copied.isEmpty()) {
                safety.examine(connection, copied, care.primary().get());
            }
            for (Map.Entry<String, Map<String, Lsn>> database : logical.entrySet()) {
                advanceIn(database.getKey(), database.getValue());
            }
        } catch (SQLException failed) {
            LOG.debug("Replication slots are not advanced this time", failed);
        }
    }

    private void advanceIn(String database, Map<String, Lsn> targets) throws SQLException {
        // No limit: it may have to read much WAL, and nobody waits for it
        try (Connection connection = login.local(port.getAsInt(), database, Duration.ZERO, Duration.ZERO)) {
            reading = connection;
            for (Map.Entry<String, Lsn> slot : targets.entrySet()) {
                if (!Thread.currentThread().isInterrupted()) {
                    advance(connection, slot.getKey(), slot.getValue());
                }
            }
        } finally {
            reading = null;
        }
    }

    private void advance(Connection connection, String name, Lsn target) {
        try (PreparedStatement statement = connection.prepareStatement(ADVANCE)) {
            statement.setString(1, target.toString());
            statement.setString(2, name);
            statement.setString(3, target.toString());
            statement.execute();
        } catch (SQLException failed) {
            note(name, failed);
        }
    }

    private synchronized void note(String name, SQLException failed) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        if (BEYOND_REPAIR.contains(String.valueOf(failed.getSQLState())) && broken.add(name)) {
            LOG.warn("The replication slot {} cannot be advanced any more: {}", name, failed.getMessage());
        } else {
            LOG.info("Failed to advance the replication slot {}: {}", name, failed.getMessage());
        }
    }
}
