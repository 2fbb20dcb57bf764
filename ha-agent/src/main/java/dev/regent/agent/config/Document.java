package dev.regent.agent.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values of a configuration, where each was said, and what seemed odd about them. Used by one thread, while a configuration
 * is put together.
 */
final class Document {
    private final Map<String, Object> values;
    private final Map<String, Place> places;
    private final List<String> warnings = new ArrayList<>();

    Document(Map<String, Object> values, Map<String, Place> places) {
        this.values = values;
        this.places = places;
    }

    static Document empty() {
        return new Document(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    Map<String, Object> values() {
        return values;
    }

    /** By dotted path; items of lists by their number. */
    Map<String, Place> places() {
        return places;
    }

    List<String> warnings() {
        return warnings;
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    /** Lays the other over this one: maps merge, null removes, everything else replaces. */
    void lay(Document other) {
        merge(values, other.values);
        places.putAll(other.places);
        warnings.addAll(other.warnings);
    }

    static void merge(Map<String, Object> target, Map<String, Object> patch) {
        patch.forEach((key, value) -> {
            if (value == null) {
                target.remove(key);
            } else if (value instanceof Map<?, ?> changes && target.get(key) instanceof Map<?, ?> present) {
                Map<String, Object> merged = Section.withTextKeys(present);
                merge(merged, Section.withTextKeys(changes));
                target.put(key, merged);
            } else if (!isSpelledAlike(target.get(key), value)) {
                target.put(key, value);
            }
        });
    }

    /** A value stays as it was when it is only spelled differently, {@code "100"} and 100. */
    private static boolean isSpelledAlike(@Nullable Object present, Object next) {
        return present != null
                && !(present instanceof Map)
                && !(present instanceof List)
                && present.toString().equals(next.toString());
    }
}
