package dev.regent.ha.model;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is to be done about replication slots again and again, as others progress. Immutable.
 *
 * @param advance slots that nobody uses here, with the position that they may be advanced to
 * @param primary whom to ask whether logical slots that were copied here are safe to use
 */
public record SlotCare(Map<String, Lsn> advance, Optional<Primary> primary) {
    public static final SlotCare NONE = new SlotCare(Map.of(), Optional.empty());

    /**
     * The server that accepts writes. Immutable.
     *
     * @param slot by which it hears, directly or through others, which rows this standby needs
     */
    public record Primary(Upstream server, String slot) {}

    public SlotCare {
        advance = Collections.unmodifiableMap(new TreeMap<>(advance));
    }
}
