package dev.regent.ha.model;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the leader last said of its progress: its position, its slots, and whose slots must outlive their member. Immutable. */
public record ClusterStatus(Lsn optime, Map<String, Lsn> slots, Set<String> retainSlots) {
    public static final ClusterStatus NONE = new ClusterStatus(Lsn.ZERO, Map.of(), Set.of());

    public ClusterStatus {
        slots = Collections.unmodifiableMap(new TreeMap<>(slots));
        retainSlots = Collections.unmodifiableSet(new TreeSet<>(retainSlots));
    }
}
