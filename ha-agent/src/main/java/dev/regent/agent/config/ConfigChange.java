package dev.regent.agent.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the configuration that an agent runs with and one that has been read later. Immutable.
 *
 * @param next the later one, with the values of the earlier where a running agent cannot take others over
 * @param taken the paths of what is different in {@code next}
 * @param held the paths of what stays as it was until the agent is restarted
 */
public record ConfigChange(Section next, SortedSet<String> taken, SortedSet<String> held) {
    /** What an agent is built on: who it is, where its cluster and its data are, how leaders are elected. */
    private static final List<String> NEEDS_RESTART = List.of(
            "name",
            "scope",
            "namespace",
            "etcd",
            "etcd3",
            "consul",
            "election",
            "citus",
            "postgresql.data_dir",
            "postgresql.bin_dir",
            "postgresql.bin_name",
            "postgresql.config_dir",
            "postgresql.config_base_name",
            "postgresql.pgpass",
            "postgresql.database",
            "postgresql.os_user",
            "postgresql.dynamic_commands",
            "restapi.request_queue_size",
            "restapi.thread_pool_size");

    public static ConfigChange between(Section before, Section after) {
        Map<String, Object> old = flat(before);
        Map<String, Object> young = flat(after);
        SortedSet<String> paths = new TreeSet<>(old.keySet());
        paths.addAll(young.keySet());
        paths.removeIf(path -> Objects.equals(old.get(path), young.get(path)));
        SortedSet<String> held = new TreeSet<>(paths);
        held.removeIf(path -> !needsRestart(path));
        paths.removeAll(held);
        Map<String, Object> values = copy(after.values());
        held.forEach(path -> put(values, path, old.get(path)));
        values.entrySet()
                .removeIf(entry ->
                        entry.getValue() instanceof Map<?, ?> map && map.isEmpty() && !before.has(entry.getKey()));
        return new ConfigChange(after.withValues(values), paths, held);
    }

    private static boolean needsRestart(String path) {
        return NEEDS_RESTART.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "."));
    }

    private static Map<String, Object> flat(Section root) {
        Map<String, Object> leaves = new TreeMap<>();
        root.values().forEach((key, value) -> flatten(key, value, leaves));
        return leaves;
    }

    private static void flatten(String path, @Nullable Object value, Map<String, Object> leaves) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, below) -> flatten(path + "." + key, below, leaves));
        } else if (value != null) {
            leaves.put(path, value);
        }
    }

    private static Map<String, Object> copy(Map<?, ?> values) {
        Map<String, Object> copy = new LinkedHashMap<>();
        values.forEach((key, value) ->
                copy.put(String.valueOf(key), value instanceof Map<?, ?> map ? copy(map) : value));
        return copy;
    }

    private static void put(Map<String, Object> values, String path, @Nullable Object value) {
        int dot = path.indexOf('.');
        if (dot > 0) {
            Object present = values.get(path.substring(0, dot));
            Map<String, Object> below = present instanceof Map<?, ?> map ? copy(map) : new LinkedHashMap<>();
            put(below, path.substring(dot + 1), value);
            values.put(path.substring(0, dot), below);
        } else if (value == null) {
            values.remove(path);
        } else {
            values.put(path, value);
        }
    }

    public boolean isEmpty() {
        return taken.isEmpty() && held.isEmpty();
    }
}
