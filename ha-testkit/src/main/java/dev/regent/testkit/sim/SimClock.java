package dev.regent.testkit.sim;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The time of day in virtual time. */
final class SimClock extends Clock {
    private static final Instant ORIGIN = Instant.parse("2030-01-01T00:00:00Z");

    private final EventQueue queue;

    SimClock(EventQueue queue) {
        this.queue = queue;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return ORIGIN.plus(queue.time());
    }
}
