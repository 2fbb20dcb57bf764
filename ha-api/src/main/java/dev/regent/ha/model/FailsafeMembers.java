package dev.regent.ha.model;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The members that the leader last wrote down for failsafe mode: whom a primary must ask before it goes on without the store,
 * and who may stand for leader. Immutable.
 *
 * @param urls where each member's REST API answers
 * @param revision absent when the entry does not exist
 */
public record FailsafeMembers(Map<NodeName, String> urls, Optional<Long> revision) {
    public static final FailsafeMembers NONE = new FailsafeMembers(Map.of(), Optional.empty());

    public FailsafeMembers {
        urls = Collections.unmodifiableMap(new TreeMap<>(urls));
    }

    public boolean contains(NodeName name) {
        return urls.containsKey(name);
    }

    /** Whether the entry names somebody, and not this member: a primary that lives on would not ask it. */
    public boolean excludes(NodeName name) {
        return !urls.isEmpty() && !contains(name);
    }

    /** Whether the entry names somebody besides this member. */
    public boolean hasOthersThan(NodeName name) {
        return urls.keySet().stream().anyMatch(member -> !member.equals(name));
    }
}
