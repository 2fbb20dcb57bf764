package dev.regent.ha.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads values of the cluster-wide configuration, takes the default for what cannot be read, and remembers in words what was
 * expected and what was found. Used by one thread.
 */
final class ConfigReader {
    private static final int MOST_DIGITS = 12;
    private static final Pattern LENGTH_OF_TIME = Pattern.compile("(\\d+)\\s*(ms|s|min|h|d)?");

    /** A million years of seconds, and of bytes more than any log holds: beyond it, calculations might overflow. */
    private static final long MOST = 1L << 50;

    private final DynamicConfig config;
    private final String path;
    private final List<String> problems;

    ConfigReader(DynamicConfig config) {
        this(config, "", new ArrayList<>());
    }

    private ConfigReader(DynamicConfig config, String path, List<String> problems) {
        this.config = config;
        this.path = path;
        this.problems = problems;
    }

    /** Reads what stands below the key, which may be one of these names; empty where there is no such section. */
    ConfigReader section(String key, Set<String> names) {
        JsonNode found = config.value(key).orElse(JsonNodeFactory.instance.objectNode());
        if (!found.isObject()) {
            problem(path + key + ": expected a section, found \"" + found.asText() + "\"; it is ignored");
        }
        for (Map.Entry<String, JsonNode> field : found.properties()) {
            if (!names.contains(field.getKey())) {
                problem(path + key + "." + field.getKey() + ": expected one of " + String.join(", ", names)
                        + ", found another key; it is ignored");
            }
        }
        DynamicConfig below = DynamicConfig.parse(found.toString()).orElse(DynamicConfig.EMPTY);
        return new ConfigReader(below, path + key + ".", problems);
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    void problem(String text) {
        problems.add(text);
    }

    Optional<JsonNode> value(String key) {
        return config.value(key);
    }

    DynamicConfig config() {
        return config;
    }

    /** A whole number under the key, or under its older spelling where the key is absent; what is below the least is wrong. */
    long number(String key, String olderKey, long least, long otherwise) {
        String spelled = config.value(key).isPresent() ? key : olderKey;
        Optional<String> text = config.text(key, olderKey);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            long number = Long.decode(text.get().trim());
            if (number >= least && number <= MOST) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Told below
        }
        wrong(
                spelled,
                "a whole number" + (least == Long.MIN_VALUE ? "" : " of " + least + " or more"),
                text.get(),
                otherwise);
        return otherwise;
    }

    long number(String key, long least, long otherwise) {
        return number(key, key, least, otherwise);
    }

    int smallNumber(String key, int least, int otherwise) {
        return (int) Math.min(Integer.MAX_VALUE, number(key, least, otherwise));
    }

    /** Seconds; what is less than the least is raised to it, visibly. */
    long atLeast(String key, long least, long otherwise) {
        long found = number(key, Long.MIN_VALUE, otherwise);
        if (found < least) {
            problems.add(key + ": expected " + least + " or more, found " + found + "; " + least + " is used");
        }
        return Math.max(least, found);
    }

    Duration seconds(String key, String olderKey, long otherwise) {
        return Duration.ofSeconds(number(key, olderKey, 0, otherwise));
    }

    /** Seconds, or a number with a unit, as {@code 30min}. */
    Duration lengthOfTime(String key, Duration otherwise) {
        Optional<String> text = config.text(key, key);
        if (text.isEmpty()) {
            return otherwise;
        }
        Matcher parts = LENGTH_OF_TIME.matcher(text.get().trim());
        if (!parts.matches() || parts.group(1).length() > MOST_DIGITS) {
            wrong(
                    key,
                    "a length of time in seconds, or with one of the units ms, s, min, h, d",
                    text.get(),
                    otherwise.toSeconds());
            return otherwise;
        }
        long number = Long.parseLong(parts.group(1));
        return switch (Optional.ofNullable(parts.group(2)).orElse("s")) {
            case "ms" -> Duration.ofMillis(number);
            case "min" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofSeconds(number);
        };
    }

    boolean flag(String key, boolean otherwise) {
        return config.value(key).map(value -> flag(key, value, otherwise)).orElse(otherwise);
    }

    boolean postgresqlFlag(String key, boolean otherwise) {
        return config.value("postgresql")
                .filter(section -> section.hasNonNull(key))
                .map(section -> flag("postgresql." + key, section.get(key), otherwise))
                .orElse(otherwise);
    }

    private boolean flag(String key, JsonNode value, boolean otherwise) {
        Optional<Boolean> read = asFlag(value.asText());
        if (read.isEmpty()) {
            wrong(key, "on or off", value.asText(), otherwise ? "on" : "off");
        }
        return read.orElse(otherwise);
    }

    static Optional<Boolean> asFlag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes", "1" -> Optional.of(true);
            case "off", "false", "no", "0" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    void wrong(String key, String expected, String found, Object used) {
        problems.add(path + key + ": expected " + expected + ", found \"" + found + "\"; " + used + " is used");
    }
}
