package dev.regent.ha.watchdog;

import dev.regent.ha.model.HaConfig;
import dev.regent.ha.spi.Watchdog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A watchdog in whose place another can be put while the node runs. The next time that the loop turns to it, the old one is
 * disarmed and closed; the new one is armed as if the node had just begun. Used by one thread, except for {@link #exchange}.
 */
public final class ExchangeableWatchdog implements Watchdog {
    private final AtomicReference<@Nullable Watchdog> next = new AtomicReference<>();
    private HaConfig config = HaConfig.DEFAULT;
    private Watchdog current;

    public ExchangeableWatchdog(Watchdog first) {
        current = first;
    }

    /** From the loop's next turn on; this one closes it. Any thread. */
    public void exchange(Watchdog other) {
        @Nullable Watchdog neverUsed = next.getAndSet(other);
        if (neverUsed != null) {
            neverUsed.close();
        }
    }

    private Watchdog current() {
        @Nullable Watchdog other = next.getAndSet(null);
        if (other != null) {
            current.disarm();
            current.close();
            current = other;
            current.adopt(config);
        }
        return current;
    }

    @Override
    public boolean allowFor(Duration left) {
        return current().allowFor(left);
    }

    @Override
    public void disarm() {
        current().disarm();
    }

    @Override
    public void adopt(HaConfig present) {
        config = present;
        current().adopt(present);
    }

    @Override
    public void leadershipRenewed(Duration left) {
        current().leadershipRenewed(left);
    }

    @Override
    public Optional<String> problem() {
        return current().problem();
    }

    @Override
    public void close() {
        @Nullable Watchdog neverUsed = next.getAndSet(null);
        if (neverUsed != null) {
            neverUsed.close();
        }
        current.close();
    }
}
