package dev.regent.ha.spi;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Every entry below the prefix that a {@link Dcs} was opened for, by key without that prefix. Immutable. */
public record Entries(Map<String, Entry> byKey) {

    /**
     * One entry. The revision changes with every write of it; the session is the id of the session that it is bound to,
     * absent when it stays until deleted. Immutable.
     */
    public record Entry(String value, long revision, Optional<String> session) {}

    public Entries {
        byKey = Collections.unmodifiableMap(new TreeMap<>(byKey));
    }

    public Optional<Entry> get(String key) {
        return Optional.ofNullable(byKey.get(key));
    }
}
