package dev.regent.postgres;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of a section of the configuration that become arguments of a script, in their order, as text. */
final class ScriptKeys {
    private ScriptKeys() {}

    /** Truth values as scripts that were written for other agents expect them. */
    static Map<String, String> of(Map<String, ?> values) {
        Map<String, String> keys = new LinkedHashMap<>();
        values.forEach((key, value) -> keys.put(key, text(value)));
        return Collections.unmodifiableMap(keys);
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Boolean truth) {
            return truth ? "True" : "False";
        }
        return value == null ? "None" : value.toString();
    }

    static boolean isTrue(Map<String, String> keys, String key) {
        return ControlledParameters.isTrue(keys.getOrDefault(key, "").toLowerCase(Locale.ROOT));
    }

    static List<String> arguments(Map<String, String> keys) {
        List<String> arguments = new ArrayList<>();
        keys.forEach((key, value) -> arguments.add("--" + key + "=" + value));
        return arguments;
    }
}
