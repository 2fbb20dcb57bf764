package dev.regent.agent.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The settings in {@code PATRONI_…} variables, in the shape of the configuration file that they are laid over. */
final class Environment {
    private static final String PREFIX = "PATRONI_";

    /** Variables whose name after the prefix is not the path with underscores. */
    private static final Map<String, String> IRREGULAR = Map.ofEntries(
            Map.entry("LOGLEVEL", "log.level"),
            Map.entry("RESTAPI_USERNAME", "restapi.authentication.username"),
            Map.entry("RESTAPI_PASSWORD", "restapi.authentication.password"),
            Map.entry("CTL_USERNAME", "ctl.authentication.username"),
            Map.entry("CTL_PASSWORD", "ctl.authentication.password"));

    private static final Set<String> AT_THE_ROOT = Set.of("NAME", "NAMESPACE", "SCOPE");
    private static final List<String> SECTIONS = List.of("LOG", "RESTAPI", "CTL", "POSTGRESQL");
    private static final Set<String> USERS = Set.of("SUPERUSER", "REPLICATION", "REWIND");
    private static final Set<String> STORES = Set.of("ETCD", "ETCD3", "CONSUL", "ZOOKEEPER", "EXHIBITOR", "KUBERNETES");
    private static final Set<String> LISTS = Set.of("HOSTS", "PORTS", "CHECKS", "SERVICE_TAGS", "ALLOWLIST");

    private Environment() {}

    static Map<String, Object> settings(Map<String, String> environment) {
        Map<String, Object> settings = new LinkedHashMap<>();
        environment.keySet().stream().sorted().forEach(variable -> {
            String value = environment.getOrDefault(variable, "");
            if (variable.startsWith(PREFIX) && !value.isEmpty()) {
                String name = variable.substring(PREFIX.length());
                path(name).ifPresent(path -> put(settings, path.split("\\."), value(name, value)));
            }
        });
        return settings;
    }

    private static Optional<String> path(String name) {
        if (IRREGULAR.containsKey(name)) {
            return Optional.ofNullable(IRREGULAR.get(name));
        }
        String key = name.toLowerCase(Locale.ROOT);
        if (AT_THE_ROOT.contains(name)) {
            return Optional.of(key);
        }
        int end = name.indexOf('_');
        if (end < 0) {
            return Optional.empty();
        }
        String first = name.substring(0, end);
        String rest = key.substring(end + 1);
        if (USERS.contains(first)) {
            return Optional.of("postgresql.authentication." + key.substring(0, end) + "." + rest);
        }
        if (name.startsWith("POSTGRESQL_BIN_") && !name.equals("POSTGRESQL_BIN_DIR")) {
            return Optional.of("postgresql.bin_name." + key.substring("postgresql_bin_".length()));
        }
        boolean known = SECTIONS.contains(first) || STORES.contains(first);
        return known ? Optional.of(key.substring(0, end) + "." + rest) : Optional.empty();
    }

    /** Lists may do without their brackets. */
    private static Object value(String name, String text) {
        String key = name.substring(name.indexOf('_') + 1);
        if (!LISTS.contains(key)) {
            return text;
        }
        boolean bare = !text.startsWith("-") && !text.contains("[");
        Object list = ConfigFile.parse(PREFIX + name, "list: " + (bare ? "[" + text + "]" : text))
                .get("list");
        return list == null ? List.of() : list;
    }

    private static void put(Map<String, Object> settings, String[] path, Object value) {
        Map<String, Object> patch = new LinkedHashMap<>();
        patch.put(path[path.length - 1], value);
        for (int i = path.length - 2; i >= 0; i--) {
            Map<String, Object> outer = new LinkedHashMap<>();
            outer.put(path[i], patch);
            patch = outer;
        }
        ConfigFile.merge(settings, patch);
    }
}
