package dev.regent.ha.decision;

import java.time.Duration;
import java.util.Optional;

/**
 * How one kind of operation ended when it was last done. Immutable.
 *
 * @param refused it was not even tried, because somebody who was asked first said no
 */
public record FinishedOperation(
        Operation operation, Optional<String> error, Duration ago, int failuresInARow, boolean refused) {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 6;

    public FinishedOperation(Operation operation, Optional<String> error, Duration ago, int failuresInARow) {
        this(operation, error, ago, failuresInARow, false);
    }

    public boolean isFailure() {
        return error.isPresent();
    }

    boolean isTooEarlyToRetry() {
        Duration left = pauseLeft();
        return isFailure() && !left.isNegative() && !left.isZero();
    }

    /** How long to wait before doing the same again after a failure: doubling from one second to half a minute. */
    Duration pauseLeft() {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(Math.max(failuresInARow - 1, 0), MOST_DOUBLINGS));
        return (pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE).minus(ago);
    }
}
