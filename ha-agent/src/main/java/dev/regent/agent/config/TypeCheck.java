package dev.regent.agent.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whether values are of the kind that they are to be, as far as their text can be read as that: existing files have numbers
 * and flags in quotes.
 */
final class TypeCheck {
    /** Has rules of its own: what cannot be read there falls back to a default. */
    private static final String CLUSTER_WIDE = "bootstrap.dcs.";

    private static final List<String> FLAGS = List.of("true", "false", "on", "off", "yes", "no", "1", "0");

    private TypeCheck() {}

    /** The first value that is of another kind is an {@link IllegalArgumentException} with its place. */
    static void check(Section root) {
        Schema.rules().stream()
                .filter(rule -> !rule.path().startsWith(CLUSTER_WIDE))
                .forEach(rule -> check(root, rule));
    }

    private static void check(Section root, Schema.Rule rule) {
        Optional<Section> section = section(root, rule.parent());
        Object value = section.map(parent -> parent.values().get(rule.key())).orElse(null);
        if (value != null && !fits(rule, value)) {
            throw section.get().wrong(rule.key(), rule.kind().people(), value);
        }
    }

    /** Absent when something else than a mapping is there, of which the rule for that tells. */
    private static Optional<Section> section(Section root, String path) {
        Section section = root;
        for (String key : path.isEmpty() ? new String[0] : path.split("\\.", -1)) {
            if (section.has(key) && !(section.values().get(key) instanceof Map)) {
                return Optional.empty();
            }
            section = section.section(key);
        }
        return Optional.of(section);
    }

    private static boolean fits(Schema.Rule rule, Object value) {
        boolean plain = !(value instanceof Map) && !(value instanceof List);
        if (plain && (rule.has("words") || value.toString().isBlank())) {
            return true;
        }
        return switch (rule.kind()) {
            case TEXT -> plain || (rule.has("format") && value instanceof List);
            case FLAG -> plain && FLAGS.contains(value.toString().toLowerCase(Locale.ROOT));
            case INTEGER -> plain && isInteger(value.toString());
            case NUMBER -> plain && isNumber(value.toString());
            case LIST -> value instanceof List || (value instanceof Map && rule.has("options"));
            case MAP -> value instanceof Map;
        };
    }

    private static boolean isInteger(String text) {
        try {
            Long.decode(text.strip());
            return true;
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }

    private static boolean isNumber(String text) {
        try {
            Double.parseDouble(text);
            return true;
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }
}
