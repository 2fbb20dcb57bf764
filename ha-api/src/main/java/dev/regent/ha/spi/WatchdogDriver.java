package dev.regent.ha.spi;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * How to talk to one device that resets the whole host unless it is fed in time: the fence that is left when everything
 * else on the host hangs. When to talk to it is the engine's business. One call at a time; a call that takes too long is
 * given up, and is then the last one until it has ended after all.
 */
public interface WatchdogDriver {
    /** Which device it is, for people: {@code /dev/watchdog}. */
    String name();

    /** What keeps the device from being used, as far as it can be seen without opening it. Returns at once. */
    Optional<String> problem();

    /**
     * Whether the device counts down already, as far as that can be seen: an earlier process was not given the time to disarm
     * it. Returns at once.
     */
    default boolean isArmed() {
        return false;
    }

    /** Opens the device: from now on it counts down, from the timeout that it happens to have. */
    Device open() throws IOException;

    /** A device that counts down. */
    interface Device extends AutoCloseable {
        /** Sets the timeout, in whole seconds, and starts the countdown again; returns what the device has made of it. */
        Duration limitTo(Duration timeout) throws IOException;

        /** Starts the countdown again. */
        void feed() throws IOException;

        /** Ends the countdown and closes the device: the host lives on. */
        void disarm() throws IOException;

        /** Closes the device as the end of this process would do: the countdown goes on. */
        @Override
        void close() throws IOException;
    }
}
