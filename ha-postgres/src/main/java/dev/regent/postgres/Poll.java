package dev.regent.postgres;

import java.nio.file.attribute.FileTime;
import java.time.Duration;

/**
 * Looks again every few milliseconds whether something outside this process has happened that nobody will tell of. The
 * only place where this package sleeps or reads a clock. Immutable.
 */
record Poll(Duration pause) {
    /**
     * Something that becomes true, or fails.
     *
     * @param <E> how it fails
     */
    @FunctionalInterface
    interface Condition<E extends Exception> {
        boolean isMet() throws E, InterruptedException;
    }

    static Poll every(Duration pause) {
        return new Poll(pause);
    }

    /** False when the time was over first. */
    <E extends Exception> boolean until(Duration atMost, Condition<E> condition) throws E, InterruptedException {
        long start = now();
        while (!condition.isMet()) {
            if (now() - start > atMost.toNanos()) {
                return false;
            }
            Thread.sleep(pause.toMillis());
        }
        return true;
    }

    <E extends Exception> void until(Condition<E> condition) throws E, InterruptedException {
        while (!condition.isMet()) {
            Thread.sleep(pause.toMillis());
        }
    }

    /** Nanoseconds of a clock that nobody sets. */
    static long now() {
        return System.nanoTime();
    }

    static Duration since(long then) {
        return Duration.ofNanos(now() - then);
    }

    /** How long ago a file was changed, by the clock that files are dated with. */
    static Duration ageOf(FileTime modified) {
        return Duration.ofMillis(System.currentTimeMillis() - modified.toMillis());
    }
}
