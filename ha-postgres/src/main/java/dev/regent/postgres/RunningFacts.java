package dev.regent.postgres;

import dev.regent.ha.model.Lsn;
import dev.regent.postgres.Observation.ServerRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must be remembered of a running server between two looks at it. Thread-safe. */
final class RunningFacts {
    private static final Logger LOG = LoggerFactory.getLogger(RunningFacts.class);

    /** Looking through all settings takes longer than everything else, and somebody may have reloaded behind our back. */
    private static final Duration PENDING_RESTART_AGE = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private boolean promoting;
    private int receivedTimeline;
    private String synchronousStandbyNames = "";
    private Lsn synchronousSince = Lsn.ZERO;
    private boolean restartPending;
    private boolean pendingKnown;
    private long pendingReadAt;

    /** A server has been started: nothing that was true of another one counts. */
    synchronized void reset() {
        promoting = false;
        receivedTimeline = 0;
        synchronousStandbyNames = "";
        synchronousSince = Lsn.ZERO;
        pendingKnown = false;
    }

    /** The server has been told to promote itself: it may accept writes any time, whatever its files say. */
    synchronized void promoting() {
        promoting = true;
    }

    synchronized boolean isPromoting() {
        return promoting;
    }

    /** A receiver that has lost its upstream no longer says on which timeline it has received. */
    synchronized int timelineOf(ServerRow standby) {
        receivedTimeline = Math.max(receivedTimeline, standby.receivedTimeline());
        return Math.max(receivedTimeline, Math.max(standby.recoveredTimeline(), standby.controlTimeline()));
    }

    synchronized Lsn synchronousSince(ServerRow primary) {
        if (!synchronousStandbyNames.equals(primary.synchronousStandbyNames())) {
            synchronousStandbyNames = primary.synchronousStandbyNames();
            synchronousSince = primary.flushed();
        }
        return synchronousSince;
    }

    /** The value is in force, and the log ended there when it had come into force. */
    synchronized void synchronousSince(String names, Lsn position) {
        synchronousStandbyNames = names;
        synchronousSince = position;
    }

    synchronized void settingsChanged() {
        pendingKnown = false;
    }

    boolean isRestartPending(Probe probe) {
        synchronized (this) {
            if (pendingKnown && Poll.since(pendingReadAt).compareTo(PENDING_RESTART_AGE) < 0) {
                return restartPending;
            }
            pendingKnown = true;
            pendingReadAt = Poll.now();
        }
        boolean pending = readPending(probe);
        synchronized (this) {
            restartPending = pending;
            return pending;
        }
    }

    private static boolean readPending(Probe probe) {
        try {
            return probe.ask(PATIENCE, connection -> {
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery(
                                "SELECT EXISTS (SELECT FROM pg_settings WHERE pending_restart)")) {
                    row.next();
                    return row.getBoolean(1);
                }
            });
        } catch (SQLException unknown) {
            LOG.debug("Cannot tell whether a restart is pending", unknown);
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
