package dev.regent.postgres;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.ReplicationSlot.Trait;
import dev.regent.ha.model.SlotKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The question for a server's replication slots, and how its answer is read. */
final class SlotRows {
    /**
     * Attributes that only newer versions have are absent on older ones. WAL since the last checkpoint is there for the
     * server's own recovery; a former primary that comes back may have to be rewound to just there.
     */
    static final String QUESTION = """
            SELECT slot_name, slot_type, database, plugin, active, xmin IS NOT NULL AS holds_rows,
              CASE slot_type WHEN 'logical' THEN confirmed_flush_lsn ELSE restart_lsn END AS position,
              CASE slot_type WHEN 'logical' THEN reached ELSE least(reached, kept) END AS limit,
              coalesce(greatest(pg_wal_lsn_diff(reached, restart_lsn), 0), 0)::bigint AS held,
              coalesce(to_jsonb(s) ->> 'wal_status' = 'lost', false) AS lost,
              coalesce((to_jsonb(s) ->> 'failover')::bool, false) AS failover,
              coalesce((to_jsonb(s) ->> 'synced')::bool, false) AS synced
            FROM pg_replication_slots s, (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
              ELSE pg_current_wal_flush_lsn() END AS reached, redo_lsn AS kept FROM pg_control_checkpoint()) w
            WHERE NOT temporary""";

    private SlotRows() {}

    static Map<String, ReplicationSlot> read(ResultSet rows) throws SQLException {
        Map<String, ReplicationSlot> slots = new TreeMap<>();
        while (rows.next()) {
            boolean logical = "logical".equals(rows.getString("slot_type"));
            SlotKind kind =
                    logical ? new SlotKind.Logical(text(rows, "database"), text(rows, "plugin")) : SlotKind.physical();
            slots.put(
                    text(rows, "slot_name"),
                    new ReplicationSlot(
                            kind, lsn(rows, "position"), lsn(rows, "limit"), rows.getLong("held"), traits(rows)));
        }
        return slots;
    }

    private static Set<Trait> traits(ResultSet rows) throws SQLException {
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        for (Map.Entry<String, Trait> column : Map.of(
                        "active", Trait.ACTIVE,
                        "holds_rows", Trait.HOLDS_ROWS,
                        "lost", Trait.LOST,
                        "failover", Trait.FAILOVER,
                        "synced", Trait.SYNCED)
                .entrySet()) {
            if (rows.getBoolean(column.getKey())) {
                traits.add(column.getValue());
            }
        }
        return traits;
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).orElse("");
    }

    private static Lsn lsn(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).map(Lsn::parse).orElse(Lsn.ZERO);
    }
}
