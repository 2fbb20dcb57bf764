package dev.regent.rest;

import dev.regent.ha.engine.Ticker;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A moment until which something must be done. Immutable. */
final class Deadline {
    private final Ticker ticker;
    private final Duration end;

    Deadline(Ticker ticker, Duration fromNow) {
        this.ticker = ticker;
        this.end = ticker.read().plus(fromNow);
    }

    /** At least 1, as a timeout for a socket; throws when there is no time left. */
    int millisLeft() throws SocketTimeoutException {
        long left = end.minus(ticker.read()).toMillis();
        if (left < 1) {
            throw new SocketTimeoutException("no time is left");
        }
        return (int) left;
    }

    long nanosLeft() {
        return Math.max(0, end.minus(ticker.read()).toNanos());
    }
}
