package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.model.TimelineSwitch;
import java.util.List;
import java.util.Optional;

/**
 * Whether this server has written, or replayed, something that the leader does not have. Told from the leader's timeline
 * and the history in the store; a primary that crashed is always presumed to have diverged, because where its log ends is
 * not known, and pg_rewind then finds out.
 */
enum Divergence {
    NONE,
    DIVERGED,
    /** Two timelines bear the same number: pg_rewind would see no difference. */
    DIVERGED_BEYOND_REWIND,
    /** The leader has not published its timeline, or the history of it, yet. */
    UNKNOWN;

    static Divergence of(DatabaseStatus database, ClusterView view, Member leader) {
        int local = database.wal().timeline();
        int leaders = leader.isRunningPrimary() ? leader.wal().timeline() : 0;
        if (leaders == 0) {
            return isFormerPrimary(database) ? UNKNOWN : NONE;
        }
        if (local == leaders && isFormerPrimary(database)) {
            // After a crash the control file may still show the timeline before the last promotion.
            return database.is(ServerState.CRASHED) ? DIVERGED : DIVERGED_BEYOND_REWIND;
        }
        if (local == leaders || local == 0) {
            return NONE;
        }
        if (local > leaders || (isFormerPrimary(database) && database.is(ServerState.CRASHED))) {
            return DIVERGED;
        }
        if (view.timeline() != leaders) {
            return isFormerPrimary(database) ? UNKNOWN : NONE;
        }
        return isPartOf(view.history(), database) ? NONE : DIVERGED;
    }

    /** The same of the server that a standby cluster follows, which tells its history itself. */
    static Divergence ofRemote(DatabaseStatus database, RemoteStatus remote) {
        int local = database.wal().timeline();
        boolean crashedPrimary = isFormerPrimary(database) && database.is(ServerState.CRASHED);
        if (local == remote.timeline() && isFormerPrimary(database) && !remote.inRecovery()) {
            return crashedPrimary ? DIVERGED : DIVERGED_BEYOND_REWIND;
        }
        if (local == remote.timeline() || local == 0) {
            return NONE;
        }
        if (local > remote.timeline() || crashedPrimary) {
            return DIVERGED;
        }
        return isPartOf(remote.history(), database) ? NONE : DIVERGED;
    }

    private static boolean isPartOf(List<TimelineSwitch> history, DatabaseStatus database) {
        Optional<TimelineSwitch> end = history.stream()
                .filter(entry -> entry.timeline() == database.wal().timeline())
                .findFirst();
        return end.isPresent() && !isBeyond(database, end.get().position());
    }

    private static boolean isFormerPrimary(DatabaseStatus database) {
        return !database.standbyData();
    }

    /** A shutdown checkpoint that begins where the timeline ended has been written after it. */
    private static boolean isBeyond(DatabaseStatus database, Lsn end) {
        Lsn reached = database.is(ServerState.STANDBY)
                ? database.wal().replayed().orElse(database.wal().position())
                : database.wal().position();
        return isFormerPrimary(database) ? reached.compareTo(end) >= 0 : reached.isAfter(end);
    }
}
