package dev.regent.rest;

import dev.regent.ha.engine.Ticker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Notices when the whole process stood still, whatever the cause: collection of garbage, a stopped process, a frozen host.
 * It does so by sleeping and looking how much longer than asked for that took. Thread-safe.
 */
final class PauseMeter implements AutoCloseable {
    /** Once a second costs next to nothing; a pause that matters to a time to live is longer than what this misses. */
    private static final Duration NAP = Duration.ofSeconds(1);

    /** Shorter than this a thread waits for its turn on a busy machine. */
    private static final Duration SHORTEST = Duration.ofMillis(50);

    private final Ticker ticker;
    private final Tally pauses = new Tally();
    private final CountDownLatch closed = new CountDownLatch(1);

    PauseMeter(Ticker ticker) {
        this.ticker = ticker;
        DaemonThreads.named("regent-pauses", this::run).start();
    }

    private void run() {
        try {
            Duration before = ticker.read();
            while (!closed.await(NAP.toMillis(), TimeUnit.MILLISECONDS)) {
                Duration now = ticker.read();
                note(now.minus(before).minus(NAP));
                before = now;
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    void note(Duration pause) {
        if (pause.compareTo(SHORTEST) >= 0) {
            pauses.add(pause);
        }
    }

    Tally pauses() {
        return pauses;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
