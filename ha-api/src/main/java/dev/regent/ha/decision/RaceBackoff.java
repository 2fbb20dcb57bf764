package dev.regent.ha.decision;

import java.time.Duration;
import java.util.Optional;

/**
 * {@code primary_race_backoff}: where it is configured, the end of a lease alone is not enough to suspect a primary. Nobody
 * races for at least a loop wait, and as long as the log still grows, which somebody must be writing, nobody races until the
 * backoff is over. A server that accepts writes is not held up: it leads at once, or is stopped.
 */
final class RaceBackoff {
    private RaceBackoff() {}

    /** The wait until the race, if it is too early for it. */
    static Optional<Decision> beforeRace(Snapshot now) {
        Duration backoff = now.config().primaryRaceBackoff();
        Duration left = backoff.minus(now.vacantFor());
        if (left.isNegative() || left.isZero() || now.config().isStandbyCluster()) {
            return Optional.empty();
        }
        Duration loopWait = now.config().loopWait();
        Duration untilSuspected = loopWait.minus(now.vacantFor());
        if (!untilSuspected.isNegative() && !untilSuspected.isZero()) {
            return Optional.of(wait(now, left.compareTo(untilSuspected) < 0 ? left : untilSuspected));
        }
        Optional<Duration> untilQuiet = now.walGrewAgo()
                .filter(ago -> now.database().streaming())
                .map(loopWait::minus)
                .filter(rest -> !rest.isNegative() && !rest.isZero());
        return untilQuiet.map(rest -> wait(now, left.compareTo(rest) < 0 ? left : rest));
    }

    private static Decision wait(Snapshot now, Duration atMost) {
        String position = "at " + now.database().wal().position();
        return new Decision(new Action.Wait(atMost), Reason.RACE_POSTPONED, position);
    }
}
