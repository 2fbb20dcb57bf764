package dev.regent.ha.engine;

import java.time.Duration;

/** Time that only goes forward, from an arbitrary origin. Thread-safe. */
@FunctionalInterface
public interface Ticker {
    Duration read();

    static Ticker system() {
        return () -> Duration.ofNanos(System.nanoTime());
    }
}
