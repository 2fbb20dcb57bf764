package dev.regent.testkit.contract;

import dev.regent.ha.spi.Dcs;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/** Counts the calls of a watch and waits for them. Thread-safe. */
final class WatchCounter {
    private final Duration longestDelay;
    private int calls;

    /** Watches from now on, until the client is closed. */
    WatchCounter(Dcs dcs, Duration longestDelay) {
        this.longestDelay = longestDelay;
        dcs.watch(this::called);
    }

    /** An action of a test. */
    interface Change {
        void make() throws Exception;
    }

    void awaitCallAfter(Change change) throws Exception {
        int before = calls();
        change.make();
        Assertions.assertThat(isCalledBeyond(before)).as("the watch called").isTrue();
    }

    synchronized int calls() {
        return calls;
    }

    /** Whether more calls come, or have come, than the given number. */
    synchronized boolean isCalledBeyond(int number) throws InterruptedException {
        Stopwatch stopwatch = Stopwatch.started();
        while (calls <= number) {
            long left = longestDelay.minus(stopwatch.elapsed()).toMillis();
            if (left <= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.timedWait(this, left);
        }
        return true;
    }

    private synchronized void called() {
        calls++;
        notifyAll();
    }
}
