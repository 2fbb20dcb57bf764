package dev.regent.ha.model;

import java.time.Duration;
import java.util.Optional;

/**
 * How a node uses its watchdog device. Immutable.
 *
 * @param safetyMargin how long before the end of the leadership the device strikes; when absent it strikes after half the
 *     time to live
 */
public record WatchdogSettings(Mode mode, Optional<Duration> safetyMargin) {
    /** What becomes of a node whose device does not work. */
    public enum Mode {
        /** It leads without. */
        AUTOMATIC,
        /** It neither leads nor stands for it. */
        REQUIRED
    }

    public static final Duration DEFAULT_SAFETY_MARGIN = Duration.ofSeconds(5);
    public static final WatchdogSettings AUTOMATIC = new WatchdogSettings(Mode.AUTOMATIC);
    public static final WatchdogSettings REQUIRED = new WatchdogSettings(Mode.REQUIRED);

    public WatchdogSettings {
        if (safetyMargin.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException("expected a safety margin of zero or more, found "
                    + safetyMargin.get().toSeconds() + " s: leave it away to strike after half the time to live");
        }
    }

    public WatchdogSettings(Mode mode) {
        this(mode, Optional.of(DEFAULT_SAFETY_MARGIN));
    }

    public boolean isRequired() {
        return mode == Mode.REQUIRED;
    }

    /** After how long without food the device strikes, in whole seconds. */
    public Duration timeout(Duration ttl) {
        return Duration.ofSeconds(
                safetyMargin.map(ttl::minus).orElse(ttl.dividedBy(2)).toSeconds());
    }
}
