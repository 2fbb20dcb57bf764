package dev.regent.agent;

import java.time.Duration;

/** Looks again and again whether something has happened to a real process. */
final class Waiting {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /** What must come true. */
    interface Condition {
        boolean isTrue() throws Exception;
    }

    private Waiting() {}

    static void until(Duration limit, Condition condition) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.isTrue()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it has not come true within " + limit.toSeconds() + " s");
            }
            Thread.sleep(BETWEEN_LOOKS.toMillis());
        }
    }
}
