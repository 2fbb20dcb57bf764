package dev.regent.postgres;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.PendingRestart;
import dev.regent.ha.model.PendingRestart.Change;
import dev.regent.postgres.Observation.ServerRow;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
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
    private Map<String, Change> pending = Map.of();
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

    /** What a restart would change, with what a standby runs with because its upstream once had it. */
    PendingRestart pendingRestart(Probe probe, Map<String, Change> raised) {
        Map<String, Change> reasons = new TreeMap<>(pending(probe));
        reasons.putAll(raised);
        return PendingRestart.of(reasons);
    }

    private Map<String, Change> pending(Probe probe) {
        synchronized (this) {
            if (pendingKnown && Poll.since(pendingReadAt).compareTo(PENDING_RESTART_AGE) < 0) {
                return pending;
            }
            pendingKnown = true;
            pendingReadAt = Poll.now();
        }
        Map<String, Change> found = readPending(probe);
        synchronized (this) {
            pending = found;
            return found;
        }
    }

    private static Map<String, Change> readPending(Probe probe) {
        try {
            return probe.ask(PATIENCE, PendingSettings::read);
        } catch (SQLException unknown) {
            LOG.debug("Cannot tell whether a restart is pending", unknown);
            return Map.of();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }
}
