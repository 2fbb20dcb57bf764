package dev.regent.agent.config;

import dev.regent.ha.model.Address;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of the configuration and where it stands, so that what cannot be used is refused with its place, what was
 * expected, and what was found. A key without a value counts as absent. Immutable.
 */
public final class Section {
    private final String source;
    private final String path;
    private final Map<String, Object> values;
    private final Map<String, Place> places;
    private final List<String> warnings;

    private Section(
            String source, String path, Map<String, Object> values, Map<String, Place> places, List<String> warnings) {
        this.source = source;
        this.path = path;
        this.values = Collections.unmodifiableMap(values);
        this.places = places;
        this.warnings = warnings;
    }

    static Section root(String source, Map<String, Object> values) {
        return new Section(source, "", values, Map.of(), List.of());
    }

    static Section root(String source, Document document) {
        return new Section(
                source, "", document.values(), Map.copyOf(document.places()), List.copyOf(document.warnings()));
    }

    /** The same root with other values. */
    Section withValues(Map<String, Object> others) {
        return new Section(source, path, others, places, warnings);
    }

    /** What seemed odd when this was read, for people; of the root only. */
    List<String> warnings() {
        return warnings;
    }

    /** Where the value at a path from the root was said, or what is around it. */
    Place place(String whole) {
        for (String known = whole; !known.isEmpty(); known = parentOf(known)) {
            Place place = places.get(known);
            if (place != null) {
                return place;
            }
        }
        return Place.of(source);
    }

    private static String parentOf(String whole) {
        return whole.substring(0, Math.max(0, whole.lastIndexOf('.')));
    }

    /** The file, or whatever else, that this comes from. */
    public String source() {
        return source;
    }

    public Map<String, Object> values() {
        return values;
    }

    public Set<String> keys() {
        return values.keySet();
    }

    public boolean has(String key) {
        return values.get(key) != null;
    }

    boolean isEmpty() {
        return values.values().stream().allMatch(Objects::isNull);
    }

    /** Empty when the key is absent. */
    public Section section(String key) {
        Object value = values.get(key);
        if (value == null) {
            return at(key, Map.of());
        }
        if (value instanceof Map<?, ?> map) {
            return at(key, withTextKeys(map));
        }
        throw wrong(key, "a mapping", value);
    }

    private Section at(String key, Map<String, Object> content) {
        return new Section(source, pathOf(key), content, places, List.of());
    }

    public Optional<String> text(String key) {
        Object value = values.get(key);
        if (value instanceof Map || value instanceof List) {
            throw wrong(key, "text", value);
        }
        return Optional.ofNullable(value).map(Object::toString).filter(text -> !text.isBlank());
    }

    /** The text, which must be there: {@code what} it is and an {@code example} of it are for people. */
    public String needed(String key, String what, String example) {
        return text(key)
                .orElseThrow(() -> new IllegalArgumentException(place(path) + ": expected " + pathOf(key) + ", " + what
                        + ", found none: add a line such as \"" + key + ": " + example + "\""
                        + (path.isEmpty() ? "" : " to the section " + path)));
    }

    public boolean flag(String key, boolean otherwise) {
        Object value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        return switch (value.toString().toLowerCase(Locale.ROOT)) {
            case "true", "on", "yes", "1" -> true;
            case "false", "off", "no", "0" -> false;
            default -> throw wrong(key, "true or false", value);
        };
    }

    /** A whole number of at least {@code least}, in the notation of YAML 1.1 also where it is text. */
    public Optional<Integer> number(String key, int least) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            int number = Integer.decode(text.get().strip());
            if (number >= least) {
                return Optional.of(number);
            }
        } catch (NumberFormatException notANumber) {
            // refused below
        }
        throw wrong(key, "a whole number, " + least + " or more", text.get());
    }

    /** {@code HOST:PORT} or {@code [IPV6]:PORT}. */
    public Optional<Address> address(String key) {
        return text(key).map(text -> address(key, text));
    }

    private Address address(String key, String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(colon, 0)).replaceFirst("^\\[(.*)]$", "$1");
        return new Address(
                hostOr(key, host, text), port(key, colon < 0 ? "" : text.substring(colon + 1), "HOST:PORT", text));
    }

    private String hostOr(String key, String host, String text) {
        if (host.isBlank() || host.chars().anyMatch(Character::isWhitespace)) {
            throw wrong(key, "HOST:PORT", text);
        }
        return host;
    }

    /** The port in {@code text}; otherwise the complaint that {@code key} should be as {@code expected}. */
    int port(String key, String port, String expected, String text) {
        try {
            int number = Integer.parseInt(port);
            if (number >= 1 && number <= 65535) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // refused below
        }
        throw wrong(key, expected + " with a port from 1 to 65535", text);
    }

    /** Text items of a list; absent and empty are the same. */
    public List<String> lines(String key) {
        Object value = values.get(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw wrong(key, "a list", value);
        }
        return list.stream().map(item -> line(key, item)).toList();
    }

    private String line(String key, @Nullable Object item) {
        if (item instanceof Map || item instanceof List || item == null) {
            throw wrong(key, "a list of text", item == null ? "an empty item" : item);
        }
        return item.toString();
    }

    /** Switches and values for a program: {@code [data-checksums, encoding: UTF8]} or a mapping, as command line options. */
    public List<String> options(String key) {
        Object value = values.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .filter(entry -> isGiven(entry.getKey()) && isGiven(entry.getValue()))
                    .map(Section::option)
                    .toList();
        }
        if (!(value instanceof List<?> list)) {
            throw wrong(key, "a list of options", value);
        }
        return list.stream()
                .map(item -> item instanceof Map<?, ?> pair && pair.size() == 1
                        ? option(pair.entrySet().iterator().next())
                        : "--" + line(key, item))
                .toList();
    }

    private static boolean isGiven(@Nullable Object text) {
        return text != null && !text.toString().isEmpty();
    }

    private static String option(Map.Entry<?, ?> pair) {
        return "--" + pair.getKey() + "=" + unquoted(String.valueOf(pair.getValue()));
    }

    /** Values may be quoted for a shell that is not there. */
    private static String unquoted(String value) {
        boolean quoted = value.length() > 1
                && (value.startsWith("\"") || value.startsWith("'"))
                && value.indexOf(value.charAt(0), 1) == value.length() - 1;
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** Values as PostgreSQL reads them: booleans are {@code on} and {@code off}. */
    public Map<String, String> parameters(String key) {
        Map<String, String> parameters = new LinkedHashMap<>();
        section(key).values().forEach((name, value) -> {
            if (value instanceof Map || value instanceof List) {
                throw section(key).wrong(name, "text or a number", value);
            }
            if (value != null) {
                parameters.put(name, value instanceof Boolean on ? (on ? "on" : "off") : value.toString());
            }
        });
        return parameters;
    }

    /** What to throw when the value of a key is not what was expected. */
    public IllegalArgumentException wrong(String key, String expected, Object found) {
        return new IllegalArgumentException(
                place(pathOf(key)) + ": expected " + pathOf(key) + " to be " + expected + ", found " + kindOf(found));
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    static String kindOf(Object value) {
        if (value instanceof Map) {
            return "a mapping";
        }
        return value instanceof List ? "a list" : "\"" + value + "\"";
    }

    static Map<String, Object> withTextKeys(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }
}
