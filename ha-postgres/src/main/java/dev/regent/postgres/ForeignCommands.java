package dev.regent.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.DynamicConfig;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What in the cluster-wide configuration makes a server or its agent run a command: callbacks and scripts, methods to make
 * replicas by, and PostgreSQL's parameters of that kind. Immutable.
 *
 * @param rest the configuration without it
 * @param paths where it was
 */
record ForeignCommands(DynamicConfig rest, SortedSet<String> paths) {
    private static final String POSTGRESQL = "postgresql";
    private static final String STANDBY_CLUSTER = "standby_cluster";
    private static final List<String> SCRIPTS =
            List.of("callbacks", "pre_promote", "before_stop", "create_replica_methods", "create_replica_method");
    private static final List<String> OF_STANDBY_CLUSTER =
            List.of("restore_command", "archive_cleanup_command", "create_replica_methods");

    ForeignCommands {
        paths = new TreeSet<>(paths);
    }

    static ForeignCommands in(DynamicConfig config) {
        SortedSet<String> paths = new TreeSet<>();
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        section(config, POSTGRESQL).ifPresent(section -> findInPostgresql(section, patch, paths));
        section(config, STANDBY_CLUSTER)
                .ifPresent(section -> OF_STANDBY_CLUSTER.stream()
                        .filter(section::has)
                        .forEach(
                                key -> remove(patch.withObjectProperty(STANDBY_CLUSTER), key, STANDBY_CLUSTER, paths)));
        return new ForeignCommands(paths.isEmpty() ? config : config.patched(patch), paths);
    }

    private static Optional<JsonNode> section(DynamicConfig config, String name) {
        return config.value(name).filter(JsonNode::isObject);
    }

    private static void findInPostgresql(JsonNode section, ObjectNode patch, SortedSet<String> paths) {
        for (Map.Entry<String, JsonNode> field : section.properties()) {
            String key = field.getKey();
            boolean method = field.getValue().isObject() && field.getValue().has("command");
            if (SCRIPTS.contains(key) || method) {
                remove(patch.withObjectProperty(POSTGRESQL), key, POSTGRESQL, paths);
            } else if (field.getValue().isObject()) {
                field.getValue().properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(ForeignCommands::isCommand)
                        .forEach(name -> remove(
                                patch.withObjectProperty(POSTGRESQL).withObjectProperty(key),
                                name,
                                POSTGRESQL + "." + key,
                                paths));
            }
        }
    }

    private static boolean isCommand(String parameter) {
        String name = parameter.toLowerCase(Locale.ROOT);
        return name.endsWith("_command") || name.equals("archive_library");
    }

    /** In a patch, null is what removes. */
    private static void remove(ObjectNode patch, String key, String path, SortedSet<String> paths) {
        patch.putNull(key);
        paths.add(path + "." + key);
    }
}
