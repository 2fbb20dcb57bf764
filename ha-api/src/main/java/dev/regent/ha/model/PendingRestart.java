package dev.regent.ha.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether a server must be restarted before it is as it is configured, and what would then change. Immutable.
 *
 * @param reasons what changes, by the name of the parameter; members of older versions do not tell
 */
public record PendingRestart(boolean isDue, Map<String, Change> reasons) {
    public static final PendingRestart NONE = new PendingRestart(false, Map.of());

    /**
     * One parameter before and after the restart, in units that people read; empty where it is not set, {@code ?} where
     * the value cannot be told.
     */
    public record Change(String oldValue, String newValue) {}

    public PendingRestart {
        reasons = Collections.unmodifiableMap(new TreeMap<>(reasons));
    }

    /** Due when there is a reason. */
    public static PendingRestart of(Map<String, Change> reasons) {
        return reasons.isEmpty() ? NONE : new PendingRestart(true, reasons);
    }
}
