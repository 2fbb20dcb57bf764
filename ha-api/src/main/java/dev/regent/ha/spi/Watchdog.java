package dev.regent.ha.spi;

import java.time.Duration;

/**
 * Kills the server from outside this process unless told in time that it may live on: the last fence when this process
 * hangs, is paused or dies. Called by the engine's thread; must not block.
 */
public interface Watchdog extends AutoCloseable {
    /** The server may accept writes for this long from now on, whatever was said before. Arms the watchdog. */
    void allowFor(Duration left);

    /** The server accepts no writes, or may live on without this node's say. */
    void disarm();

    @Override
    default void close() {}

    /** Trusts this process to stay alive. */
    static Watchdog none() {
        return new Watchdog() {
            @Override
            public void allowFor(Duration left) {}

            @Override
            public void disarm() {}
        };
    }
}
