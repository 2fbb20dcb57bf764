package dev.regent.ha.engine;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.spi.Watchdog;
import java.time.Duration;
import java.util.Optional;

/** Keeps the watchdog in step with what the server may do. Used by the cycle's thread. */
final class Guard {
    /** The watchdog strikes this share of the time to live before the session can end: striking takes time, too. */
    private static final int SHARE_OF_TTL = 30;

    private final Watchdog watchdog;
    private HaConfig config = HaConfig.DEFAULT;

    Guard(Watchdog watchdog) {
        this.watchdog = watchdog;
        watchdog.adopt(config);
    }

    void adopt(HaConfig present) {
        config = present;
        watchdog.adopt(present);
    }

    /** The store, or all members, have just confirmed the leadership, for so long. */
    void leadershipRenewed(Duration leads) {
        watchdog.leadershipRenewed(timeToWatch(leads));
    }

    /**
     * Armed while the server accepts writes and this node surely leads for so long, else left to strike.
     *
     * @param confirmed the store, or all members, have just told so
     * @param opening something is under way that opens the server for writes
     */
    void watch(boolean confirmed, DatabaseStatus database, boolean opening, Duration leads) {
        if (config.paused() || (!database.mayAcceptWrites() && !opening)) {
            watchdog.disarm();
        } else if (confirmed) {
            allowWrites(leads);
        }
    }

    /** Whether the server may open for writes. */
    boolean allowWrites(Duration leads) {
        Duration left = timeToWatch(leads);
        return !left.isNegative() && watchdog.allowFor(left);
    }

    /** The server is closed, or a person's business. */
    void disarm() {
        watchdog.disarm();
    }

    Optional<String> problem() {
        return watchdog.problem();
    }

    private Duration timeToWatch(Duration leads) {
        return leads.minus(config.ttl().dividedBy(SHARE_OF_TTL));
    }
}
