package dev.regent.ha.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a primary tells the members when it goes on although the store does not answer. Immutable.
 *
 * @param slots its replication slots with their positions, and its own name's with its own position
 */
public record FailsafeAnnouncement(NodeName name, String connUrl, String apiUrl, Map<String, Lsn> slots) {
    public FailsafeAnnouncement {
        slots = Collections.unmodifiableMap(new TreeMap<>(slots));
    }
}
