package dev.regent.agent.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The keys that a configuration may have, from the resource {@code keys.txt}: one path a line, {@code *} for any name,
 * {@code **} for whatever is below, and {@code -} behind those which exist and are not supported yet.
 */
final class KnownKeys {
    private static final String RESOURCE = "keys.txt";
    private static final String UNSUPPORTED_MARK = " -";

    private static final String CLUSTER_METHODS = "bootstrap.dcs.postgresql.";

    private static final Map<String, Boolean> SUPPORTED_BY_PATH = load();

    private KnownKeys() {}

    private static Map<String, Boolean> load() {
        Map<String, Boolean> paths = new TreeMap<>();
        try (InputStream in = KnownKeys.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + RESOURCE + " is missing: build again");
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line ->
                            paths.put(line.replace(UNSUPPORTED_MARK, "").strip(), !line.endsWith(UNSUPPORTED_MARK)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return paths;
    }

    static boolean isKnown(String path) {
        return SUPPORTED_BY_PATH.keySet().stream()
                .anyMatch(known -> known.equals(path) || known.startsWith(path + ".") || matches(known, path));
    }

    private static boolean matches(String known, String path) {
        if (known.endsWith(".**")) {
            return path.startsWith(known.substring(0, known.length() - 2));
        }
        return known.contains("*") && path.matches(known.replace(".", "\\.").replace("*", "[^.]+"));
    }

    private static boolean isSupported(String path) {
        return SUPPORTED_BY_PATH.entrySet().stream()
                .filter(known -> known.getKey().equals(path) || matches(known.getKey(), path))
                .anyMatch(Map.Entry::getValue);
    }

    /** What a person should know of the keys in a configuration: which have no effect, and which nobody knows. */
    static List<String> warnings(Section root) {
        Set<String> unsupported = new TreeSet<>();
        List<String> warnings = new ArrayList<>();
        collect(root, "", root.values(), namedIn(root), unsupported, warnings);
        if (!unsupported.isEmpty()) {
            warnings.add(root.source() + ": without effect, because Regent does not support it yet: "
                    + String.join(", ", unsupported));
        }
        return warnings;
    }

    /** Sections whose names other keys choose, and whose keys are for somebody else. */
    private static Set<String> namedIn(Section root) {
        Set<String> named = new TreeSet<>();
        Section bootstrap = root.section("bootstrap");
        bootstrap.text("method").ifPresent(method -> named.add("bootstrap." + method));
        Section cluster = bootstrap.section("dcs");
        for (String key : List.of("create_replica_methods", "create_replica_method")) {
            root.section("postgresql").lines(key).forEach(method -> named.add("postgresql." + method));
            for (String section : List.of("postgresql", "standby_cluster")) {
                cluster.section(section).lines(key).forEach(method -> named.add(CLUSTER_METHODS + method));
            }
        }
        named.removeAll(List.of("bootstrap.initdb", "postgresql.basebackup", CLUSTER_METHODS + "basebackup"));
        return named;
    }

    private static void collect(
            Section root,
            String parent,
            Map<?, ?> values,
            Set<String> named,
            Set<String> unsupported,
            List<String> warnings) {
        values.forEach((key, value) -> {
            String path = parent + key;
            if (parent.isEmpty() && StoreSection.supported().contains(path) && !isKnown(path)) {
                return; // the section of a store that was added to the class path, which knows its keys itself
            }
            if (named.contains(path)) {
                return;
            }
            if (!isKnown(path)) {
                warnings.add(root.place(path) + ": " + unknown(path, parent, String.valueOf(key)));
            } else if (isLeaf(path)) {
                if (!isSupported(path)) {
                    unsupported.add(path);
                }
            } else if (value instanceof Map<?, ?> map) {
                collect(root, path + ".", map, named, unsupported, warnings);
            }
        });
    }

    private static boolean isLeaf(String path) {
        return SUPPORTED_BY_PATH.keySet().stream().anyMatch(known -> known.equals(path) || matches(known, path));
    }

    private static String unknown(String path, String parent, String key) {
        Optional<String> meant = Spelling.nearest(key, siblings(parent));
        return "unknown key " + path + " has no effect"
                + meant.map(near -> ": did you mean " + parent + near + "?").orElse("");
    }

    private static Set<String> siblings(String parent) {
        Set<String> siblings = new TreeSet<>();
        for (String known : SUPPORTED_BY_PATH.keySet()) {
            if (known.startsWith(parent)) {
                String rest = known.substring(parent.length());
                siblings.add(rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest);
            }
        }
        return siblings;
    }
}
