package dev.regent.testkit.contract;

import dev.regent.ha.engine.Ticker;
import java.time.Duration;

/** Measures real time from its start. Immutable. */
final class Stopwatch {
    private static final Ticker TICKER = Ticker.system();

    private final Duration startedAt = TICKER.read();

    private Stopwatch() {}

    static Stopwatch started() {
        return new Stopwatch();
    }

    Duration elapsed() {
        return TICKER.read().minus(startedAt);
    }
}
