package dev.regent.dcs.etcd;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for what real processes do in their own time. */
final class Eventually {
    private static final long POLL_MILLIS = 5;

    private Eventually() {}

    /** How long it took until the condition held. */
    static Duration holds(String what, Duration longest, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - start > longest.toNanos()) {
                throw new AssertionError("expected within " + longest + ": " + what);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
