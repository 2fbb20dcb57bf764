package dev.regent.dcs.consul;

import java.time.Duration;

/** A moment on the monotonic clock by which a call must have returned. Immutable. */
record Deadline(long nanoTime) {

    static Deadline after(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    /** Negative when it has passed. */
    Duration left() {
        return Duration.ofNanos(nanoTime - System.nanoTime());
    }
}
