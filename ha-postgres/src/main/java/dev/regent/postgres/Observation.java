package dev.regent.postgres;

import dev.regent.ha.model.DatabaseStatus.Replica;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.WalSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a server that accepts connections says of itself, all in one exchange. Immutable. */
record Observation(ServerRow server, List<Replica> replicas, Map<String, ReplicationSlot> slots) {

    /** What concerns the server as a whole; positions and timelines that do not apply are zero. Immutable. */
    record ServerRow(
            boolean inRecovery,
            int version,
            String systemId,
            int timeline,
            Lsn flushed,
            Lsn received,
            Lsn replayed,
            int receivedTimeline,
            int recoveredTimeline,
            int controlTimeline,
            Optional<String> receiverStatus,
            Optional<String> sender,
            String synchronousStandbyNames,
            String primaryConninfo,
            boolean tracksPageChanges,
            Optional<String> startTime,
            Optional<String> replayedTimestamp,
            boolean replayPaused,
            WalSource walSource) {}

    private static final int HEX = 16;
    private static final int TIMELINE_DIGITS = 8;
    private static final int WRITTEN_LSN = 13;

    private static final String SERVER =
            """
            SELECT r.recovery, current_setting('server_version_num')::int AS version, s.system_identifier::text,
              CASE WHEN NOT r.recovery THEN pg_walfile_name(pg_current_wal_lsn()) END AS wal_file,
              CASE WHEN NOT r.recovery THEN pg_current_wal_flush_lsn() END AS flushed,
              greatest(pg_last_wal_receive_lsn(), %s) AS received, pg_last_wal_replay_lsn() AS replayed,
              CASE WHEN w.latest_end_lsn IS NOT NULL THEN w.received_tli END AS received_timeline,
              v.min_recovery_end_timeline, w.status, w.sender_host || ':' || w.sender_port AS sender, c.timeline_id,
              current_setting('synchronous_standby_names') AS synchronous,
              current_setting('primary_conninfo') AS conninfo,
              i.data_page_checksum_version > 0 OR current_setting('wal_log_hints') = 'on' AS tracks,
              %s AS started, %s AS replayed_at,
              r.recovery AND pg_is_wal_replay_paused() AS paused, w.latest_end_lsn,
              coalesce(current_setting('restore_command', true), '') <> '' AS restores
            FROM (SELECT pg_is_in_recovery() AS recovery) r, pg_control_system() s, pg_control_checkpoint() c,
              pg_control_recovery() v, pg_control_init() i LEFT JOIN pg_stat_wal_receiver w ON true""".formatted("%s", timestamp("pg_postmaster_start_time()"), timestamp("pg_last_xact_replay_timestamp()"));

    private static final String REPLICAS = """
            SELECT application_name, state, sync_state, write_lsn, flush_lsn, replay_lsn, usename, host(client_addr),
              sync_priority
            FROM pg_stat_replication""";

    private static final String EVERYTHING = SERVER + "; " + REPLICAS + "; " + SlotRows.QUESTION;
    private static final String WRITTEN_SINCE_13 = EVERYTHING.formatted("w.written_lsn");
    private static final String WRITTEN_BEFORE_13 = EVERYTHING.formatted("w.received_lsn");

    Observation {
        replicas = List.copyOf(replicas);
        slots = Map.copyOf(slots);
    }

    static Observation of(Connection connection) throws SQLException {
        boolean modern = connection.getMetaData().getDatabaseMajorVersion() >= WRITTEN_LSN;
        try (Statement statement = connection.createStatement()) {
            statement.execute(modern ? WRITTEN_SINCE_13 : WRITTEN_BEFORE_13);
            ServerRow server = serverRow(statement.getResultSet());
            statement.getMoreResults();
            List<Replica> replicas = replicas(statement.getResultSet());
            statement.getMoreResults();
            return new Observation(server, replicas, SlotRows.read(statement.getResultSet()));
        }
    }

    private static ServerRow serverRow(ResultSet row) throws SQLException {
        row.next();
        return new ServerRow(
                row.getBoolean("recovery"),
                row.getInt("version"),
                text(row, "system_identifier").orElse(""),
                text(row, "wal_file").map(Observation::timelineOf).orElse(0),
                lsn(row, "flushed"),
                lsn(row, "received"),
                lsn(row, "replayed"),
                row.getInt("received_timeline"),
                row.getInt("min_recovery_end_timeline"),
                row.getInt("timeline_id"),
                text(row, "status"),
                text(row, "sender"),
                text(row, "synchronous").orElse(""),
                text(row, "conninfo").orElse(""),
                row.getBoolean("tracks"),
                text(row, "started"),
                text(row, "replayed_at"),
                row.getBoolean("paused"),
                new WalSource(lsn(row, "latest_end_lsn"), row.getBoolean("restores")));
    }

    private static int timelineOf(String walFile) {
        return Integer.parseInt(walFile.substring(0, TIMELINE_DIGITS), HEX);
    }

    private static List<Replica> replicas(ResultSet rows) throws SQLException {
        List<Replica> replicas = new ArrayList<>();
        while (rows.next()) {
            replicas.add(new Replica(
                    text(rows, "application_name").orElse(""),
                    text(rows, "state").orElse(""),
                    text(rows, "sync_state").orElse(""),
                    text(rows, "write_lsn").map(Lsn::parse),
                    text(rows, "flush_lsn").map(Lsn::parse),
                    text(rows, "replay_lsn").map(Lsn::parse),
                    text(rows, "usename").orElse(""),
                    text(rows, "host"),
                    rows.getInt("sync_priority")));
        }
        return replicas;
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    private static Lsn lsn(ResultSet row, String column) throws SQLException {
        return text(row, column).map(Lsn::parse).orElse(Lsn.ZERO);
    }

    /** As other members and tools read it: the fraction is left out when it is zero, the offset has minutes. */
    private static String timestamp(String value) {
        return "replace(to_char(" + value + ", 'YYYY-MM-DD HH24:MI:SS.USTZH:TZM'), '.000000', '')";
    }
}
