package dev.regent.ha.spi;

import dev.regent.ha.model.HaConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Ends the server, or its whole host, from outside this process unless told in time that it may live on: the last fence
 * when this process hangs, is paused or dies. Called by the engine's thread; must not block for more than a few seconds.
 */
public interface Watchdog extends AutoCloseable {
    /**
     * The server may accept writes for this long from now on, whatever was said before. Arms the watchdog; true when the
     * server may open for writes. When not, either {@link #problem} says why, or so much of the leadership is gone already
     * that the watchdog would strike after its end: it takes one that was renewed just now.
     */
    boolean allowFor(Duration left);

    /** The server accepts no writes, or may live on without this node's say. */
    void disarm();

    /** The timings of the cluster, told before anything else and whenever they have changed. */
    default void adopt(HaConfig config) {}

    /** The store, or all members in failsafe mode, have just confirmed that this node leads, for this long from now on. Arms nothing. */
    default void leadershipRenewed(Duration left) {}

    /** Why this node must not lead, for people: a watchdog that it needs does not work. */
    default Optional<String> problem() {
        return Optional.empty();
    }

    @Override
    default void close() {}

    /** Trusts this process to stay alive. */
    static Watchdog none() {
        return allOf();
    }

    /** Several as one: each is told everything, and any of them may keep the server from opening. */
    static Watchdog allOf(Watchdog... watchdogs) {
        return new Watchdogs(List.of(watchdogs));
    }
}
