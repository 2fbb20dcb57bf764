package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a running standby a primary. Used by one thread. */
final class Promotion {
    private static final Logger LOG = LoggerFactory.getLogger(Promotion.class);

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Poll PROMOTED = Poll.every(Duration.ofMillis(5));

    /** The one in the control file while in recovery, the one that is written to afterwards. */
    private static final String TIMELINE = "SELECT CASE WHEN pg_is_in_recovery()"
            + " THEN (SELECT greatest(timeline_id, min_recovery_end_timeline) FROM pg_control_checkpoint(), pg_control_recovery())"
            + " ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END::text";

    private final Probe probe;
    private final RunningFacts facts;
    private final ServerEvents events;

    Promotion(Probe probe, RunningFacts facts, ServerEvents events) {
        this.probe = probe;
        this.facts = facts;
        this.events = events;
    }

    /** Returns when the server accepts writes; one that does already is let alone. */
    void promote(Postmaster server) throws DatabaseException, InterruptedException {
        int before;
        try {
            before = timeline();
            boolean told = probe.ask(PATIENCE, connection -> {
                facts.promoting();
                return Reload.value(connection, "SELECT pg_promote(false)").equals("t");
            });
            if (!told) {
                throw new DatabaseException(
                        "expected the standby to accept the order to promote itself, found that it did"
                                + " not: see the server's log");
            }
        } catch (SQLException silent) {
            throw new DatabaseException(
                    "expected the standby to answer when told to promote itself, found: " + silent.getMessage(),
                    silent);
        }
        events.promoted();
        PROMOTED.until(() -> acceptsWrites(server));
        requireNewTimeline(before);
    }

    private int timeline() throws SQLException, InterruptedException {
        return Integer.parseInt(probe.ask(PATIENCE, connection -> Reload.value(connection, TIMELINE)));
    }

    /** Whether the server is in recovery; it may have been promoted by somebody else in between. */
    boolean isStandby() throws DatabaseException, InterruptedException {
        try {
            return probe.ask(
                    PATIENCE,
                    connection -> Reload.value(connection, "SELECT pg_is_in_recovery()")
                            .equals("t"));
        } catch (SQLException silent) {
            throw new DatabaseException(
                    "expected the standby to answer before it is promoted, found: " + silent.getMessage(), silent);
        }
    }

    /** Who writes on the old timeline has not been promoted, and others could not tell its log from that of the last leader. */
    private void requireNewTimeline(int before) throws DatabaseException, InterruptedException {
        try {
            int after = timeline();
            if (after <= before) {
                throw new DatabaseException("expected a timeline above " + before + " after the promotion, found "
                        + after + ": look at the server's log, and at who else works on its data");
            }
        } catch (SQLException busy) {
            LOG.info("The timeline after the promotion is not known yet: {}", busy.getMessage());
        }
    }

    private boolean acceptsWrites(Postmaster server) throws DatabaseException, InterruptedException {
        if (!server.isAlive()) {
            throw new DatabaseException("expected the standby to become a primary, found that it ended: see its log");
        }
        try {
            return probe.ask(
                    PATIENCE,
                    connection -> Reload.value(connection, "SELECT pg_is_in_recovery()")
                            .equals("f"));
        } catch (SQLException busy) {
            return false;
        }
    }
}
