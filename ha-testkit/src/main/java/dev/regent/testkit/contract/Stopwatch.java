package dev.regent.testkit.contract;

import java.time.Duration;

/** Measures from its start, on a monotonic clock. Immutable. */
final class Stopwatch {
    private final long startedAt = System.nanoTime();

    private Stopwatch() {}

    static Stopwatch started() {
        return new Stopwatch();
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }
}
