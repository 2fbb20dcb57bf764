package dev.regent.testkit.sim;

import java.time.Duration;
import java.util.PriorityQueue;

/**
 * Virtual time in microseconds, and what is to happen in it, in order. Whatever happens may itself {@linkplain #waitFor
 * wait}, in which case other events happen meanwhile, below it on the stack; an inner wait ends no later than the outer one.
 * Used by one thread.
 */
final class EventQueue {
    static final long MILLISECOND = 1_000;
    static final long SECOND = 1_000_000;

    private record Event(long at, long number, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private Runnable afterEach = () -> {};
    private long now;
    private long scheduled;
    private long innermostEnd = Long.MAX_VALUE;

    /** Called after each event. */
    void afterEach(Runnable check) {
        afterEach = check;
    }

    long now() {
        return now;
    }

    Duration time() {
        return toDuration(now);
    }

    static Duration toDuration(long micros) {
        return Duration.ofSeconds(micros / SECOND, micros % SECOND * 1_000);
    }

    static long micros(Duration duration) {
        return duration.getSeconds() * SECOND + duration.getNano() / 1_000;
    }

    void after(long delay, Runnable what) {
        scheduled++;
        events.add(new Event(now + Math.max(0, delay), scheduled, what));
    }

    /** Lets time pass for the caller, and everybody else act meanwhile; not beyond the end of a wait that is under way. */
    void waitFor(long delay) {
        long outerEnd = innermostEnd;
        innermostEnd = Math.min(now + Math.max(0, delay), outerEnd);
        try {
            runUntil(innermostEnd);
        } finally {
            innermostEnd = outerEnd;
        }
    }

    /** Whether a wait that began now would take any time. */
    boolean canWait() {
        return innermostEnd > now;
    }

    void runUntil(long end) {
        for (Event next = events.peek(); next != null && next.at() <= end; next = events.peek()) {
            events.poll();
            now = Math.max(now, next.at());
            next.what().run();
            afterEach.run();
        }
        now = Math.max(now, end);
    }

    long count() {
        return scheduled;
    }
}
