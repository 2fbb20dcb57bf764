package dev.regent.ha.model;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is to change about a server's replication slots: first some are dropped, then some are made, of which some may be the
 * dropped ones anew. Immutable.
 */
public record SlotChanges(Set<String> drop, Map<String, SlotKind> create) {
    public SlotChanges {
        drop = Collections.unmodifiableSet(new TreeSet<>(drop));
        create = Collections.unmodifiableMap(new TreeMap<>(create));
    }

    /** Physical slots are made, and none is dropped. */
    public static SlotChanges creating(String... physical) {
        Map<String, SlotKind> create = new TreeMap<>();
        for (String name : physical) {
            create.put(name, SlotKind.physical());
        }
        return new SlotChanges(Set.of(), create);
    }

    public static SlotChanges dropping(String... names) {
        return new SlotChanges(Set.of(names), Map.of());
    }

    public boolean isEmpty() {
        return drop.isEmpty() && create.isEmpty();
    }
}
