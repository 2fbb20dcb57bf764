package dev.regent.examples.torture;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** What the seed says, and the waiting for it. Used by one thread. */
final class Chance {
    private final Random random;

    Chance(long seed) {
        random = new Random(seed);
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    boolean is(double probability) {
        return random.nextDouble() < probability;
    }

    /** Lets a while pass, at most so long. */
    void pause(Duration longest) {
        LockSupport.parkNanos((long) (random.nextDouble() * longest.toNanos()));
    }

    /** Looks again after a moment. */
    static void lookAgain() {
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }

    static Duration now() {
        return Duration.ofNanos(System.nanoTime());
    }
}
