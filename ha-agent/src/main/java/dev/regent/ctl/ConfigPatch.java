package dev.regent.ctl;

import dev.regent.agent.config.ConfigFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes configuration that was read from YAML or JSON, in place. */
final class ConfigPatch {
    static final String PARAMETERS = "postgresql.parameters.";

    private static final List<String> PATH_TO_PARAMETERS = List.of("postgresql", "parameters");

    private ConfigPatch() {}

    /** Lays the patch over the target: null removes, maps merge, everything else replaces. */
    static void merge(Map<String, Object> target, Map<String, Object> patch) {
        patch.forEach((key, value) -> put(target, key, value));
    }

    private static void put(Map<String, Object> target, String key, @Nullable Object value) {
        if (value == null) {
            target.remove(key);
        } else if (value instanceof Map<?, ?> changes && target.get(key) instanceof Map<?, ?> present) {
            Map<String, Object> merged = textKeys(present);
            merge(merged, textKeys(changes));
            target.put(key, merged);
        } else if (!isSame(target.get(key), value)) {
            target.put(key, value);
        }
    }

    /** A value that is only spelled differently, as "100" instead of 100, stays as it is. */
    private static boolean isSame(@Nullable Object present, Object next) {
        boolean spelledAlike = isTextOrNumber(present) && isTextOrNumber(next);
        return spelledAlike && String.valueOf(present).equals(next.toString());
    }

    private static boolean isTextOrNumber(@Nullable Object value) {
        return value instanceof String || value instanceof Number;
    }

    private static Map<String, Object> textKeys(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }

    /** Sets {@code KEY=VALUE}, the value being YAML; nothing or null removes the key, and what becomes empty by it. */
    static void set(Map<String, Object> target, String setting, String prefix) {
        int equals = setting.indexOf('=');
        if (equals < 0) {
            throw new CommandFailure("Invalid parameter setting " + setting);
        }
        String text = setting.substring(equals + 1);
        @Nullable
        Object value =
                ConfigFile.parse("the value of " + setting, "value: " + text).get("value");
        set(target, path(prefix + setting.substring(0, equals)), value);
    }

    /** A parameter of PostgreSQL may have dots in its name. */
    private static List<String> path(String key) {
        List<String> path = new ArrayList<>(Arrays.asList(key.split("\\.", -1)));
        int fixed = PATH_TO_PARAMETERS.size();
        if (path.size() > fixed && path.subList(0, fixed).equals(PATH_TO_PARAMETERS)) {
            String parameter = String.join(".", path.subList(fixed, path.size()));
            path.subList(fixed, path.size()).clear();
            path.add(parameter);
        }
        return path;
    }

    private static void set(Map<String, Object> target, List<String> path, @Nullable Object value) {
        String key = path.get(0);
        if (path.size() == 1) {
            if (value == null) {
                target.remove(key);
            } else {
                target.put(key, value);
            }
            return;
        }
        Map<String, Object> below = target.get(key) instanceof Map<?, ?> map ? textKeys(map) : new LinkedHashMap<>();
        set(below, path.subList(1, path.size()), value);
        if (below.isEmpty()) {
            target.remove(key);
        } else {
            target.put(key, below);
        }
    }
}
