package dev.regent.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.PermanentSlots;
import dev.regent.ha.model.StandbyCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the sections {@code postgresql} and {@code standby_cluster} of the cluster-wide configuration say, as text in the way
 * PostgreSQL reads it; names in lower case. What cannot be understood is left out. Immutable.
 */
record ClusterConfig(
        Map<String, String> parameters,
        Map<String, String> recoveryParameters,
        Map<ServerRole, RoleOverlay> overlays,
        List<String> pgHba,
        List<String> pgIdent,
        List<String> basebackupOptions,
        List<String> rewindOptions,
        List<ReplicaMethod> replicaMethods,
        List<ReplicaMethod> standbyClustersMethods,
        Optional<Duration> startPatience,
        Optional<Boolean> usePgRewind,
        boolean useSlots,
        boolean decodesOnStandbys,
        Optional<StandbyCluster> standbyCluster,
        Hooks hooks,
        Optional<Duration> primaryStopTimeout) {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterConfig.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    static final ClusterConfig NONE = from(DynamicConfig.EMPTY);

    ClusterConfig {
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        recoveryParameters = Collections.unmodifiableMap(new TreeMap<>(recoveryParameters));
        overlays = Map.copyOf(overlays);
        pgHba = List.copyOf(pgHba);
        pgIdent = List.copyOf(pgIdent);
        basebackupOptions = List.copyOf(basebackupOptions);
        rewindOptions = List.copyOf(rewindOptions);
        replicaMethods = List.copyOf(replicaMethods);
        standbyClustersMethods = List.copyOf(standbyClustersMethods);
    }

    static ClusterConfig from(DynamicConfig config) {
        Optional<JsonNode> section = config.value("postgresql").filter(JsonNode::isObject);
        return new ClusterConfig(
                map(section, "parameters"),
                map(section, "recovery_conf"),
                overlays(section),
                lines(section, "pg_hba"),
                lines(section, "pg_ident"),
                options(section, "basebackup"),
                options(section, "rewind"),
                replicaMethods(section, replicaMethodNames(section)),
                replicaMethods(
                        section,
                        StandbyCluster.in(config)
                                .map(StandbyCluster::createReplicaMethods)
                                .orElse(List.of())),
                seconds(section, "pg_ctl_timeout"),
                flag(section, "use_pg_rewind"),
                flag(section, "use_slots").orElse(true),
                PermanentSlots.in(config).decodeAnything(),
                StandbyCluster.in(config),
                hooks(section),
                primaryStopTimeout(config));
    }

    /**
     * Whether a standby must tell the primary which rows it needs: logical slots are to go on there when it is promoted. None are
     * kept in a cluster that follows another.
     */
    boolean needsFeedback() {
        return useSlots && decodesOnStandbys && standbyCluster.isEmpty();
    }

    /** Whether who follows these addresses follows what the cluster as a whole does: a remote server, or an archive alone. */
    boolean isRemote(List<Address> followed) {
        return standbyCluster
                .filter(remote -> remote.addresses().equals(followed))
                .isPresent();
    }

    private static Map<ServerRole, RoleOverlay> overlays(Optional<JsonNode> section) {
        Map<ServerRole, RoleOverlay> overlays = new EnumMap<>(ServerRole.class);
        for (ServerRole role : ServerRole.values()) {
            String suffix = "_" + role.label();
            overlays.put(
                    role,
                    new RoleOverlay(
                            map(section, "parameters" + suffix),
                            Optional.of(lines(section, "pg_hba" + suffix)),
                            Optional.of(lines(section, "pg_ident" + suffix))));
        }
        return overlays;
    }

    private static Hooks hooks(Optional<JsonNode> section) {
        Map<String, String> named = map(section, "callbacks");
        Map<Hooks.Event, String> callbacks = new EnumMap<>(Hooks.Event.class);
        for (Hooks.Event event : Hooks.Event.values()) {
            Optional.ofNullable(named.get(event.label())).ifPresent(command -> callbacks.put(event, command));
        }
        try {
            return new Hooks(
                    callbacks,
                    at(section, "pre_promote").flatMap(ClusterConfig::text),
                    at(section, "before_stop").flatMap(ClusterConfig::text));
        } catch (IllegalArgumentException unreadable) {
            LOG.warn("Commands of the cluster-wide configuration are left out: {}", unreadable.getMessage());
            return Hooks.NONE;
        }
    }

    /** Only where commits are held by others is a primary that does not stop in time stopped at once. */
    private static Optional<Duration> primaryStopTimeout(DynamicConfig config) {
        boolean synchronous = HaConfig.from(config).isSynchronous();
        return config.value("primary_stop_timeout")
                .or(() -> config.value("master_stop_timeout"))
                .filter(node -> node.canConvertToLong() && node.asLong() > 0)
                .map(node -> Duration.ofSeconds(node.asLong()))
                .filter(limit -> synchronous);
    }

    private static Map<String, String> map(Optional<JsonNode> section, String key) {
        Map<String, String> values = new TreeMap<>();
        at(section, key)
                .ifPresent(node -> node.properties()
                        .forEach(field -> text(field.getValue())
                                .ifPresent(value -> values.put(field.getKey().toLowerCase(Locale.ROOT), value))));
        return values;
    }

    private static List<String> lines(Optional<JsonNode> section, String key) {
        List<String> lines = new ArrayList<>();
        at(section, key)
                .filter(JsonNode::isArray)
                .ifPresent(node -> node.forEach(line -> {
                    if (line.isTextual()) {
                        lines.add(line.asText());
                    }
                }));
        return lines;
    }

    /** Switches and values for a program, as a list or as a mapping. */
    private static List<String> options(Optional<JsonNode> section, String key) {
        List<String> options = new ArrayList<>();
        Optional<JsonNode> found = at(section, key);
        if (found.isEmpty()) {
            return options;
        }
        Iterable<JsonNode> items = found.get().isArray() ? found.get() : List.of(found.get());
        for (JsonNode item : items) {
            if (item.isTextual() && found.get().isArray()) {
                options.add("--" + item.asText());
            } else if (item.isObject() && (item.size() == 1 || !found.get().isArray())) {
                item.properties()
                        .forEach(option -> ToolOptions.option(
                                        option.getKey(), option.getValue().asText())
                                .ifPresent(options::add));
            } else {
                LOG.warn(
                        "The option {} of {} is left out: expected a name or one name with a value, correct the cluster's"
                                + " configuration",
                        item,
                        key);
            }
        }
        return options;
    }

    private static List<String> replicaMethodNames(Optional<JsonNode> section) {
        List<String> names = lines(section, "create_replica_methods");
        return names.isEmpty() ? lines(section, "create_replica_method") : names;
    }

    private static List<ReplicaMethod> replicaMethods(Optional<JsonNode> section, List<String> names) {
        List<ReplicaMethod> methods = new ArrayList<>();
        for (String name : names) {
            Map<String, Object> keys = new LinkedHashMap<>();
            at(section, name)
                    .filter(JsonNode::isObject)
                    .ifPresent(node -> node.properties()
                            .forEach(field ->
                                    keys.put(field.getKey(), JSON.convertValue(field.getValue(), Object.class))));
            try {
                methods.add(ReplicaMethod.of(name, keys));
            } catch (IllegalArgumentException notACommand) {
                LOG.warn("The replica method {} is left out: {}", name, notACommand.getMessage());
            }
        }
        return methods;
    }

    private static Optional<Duration> seconds(Optional<JsonNode> section, String key) {
        return at(section, key)
                .filter(node -> node.canConvertToLong() && node.asLong() >= 0)
                .map(node -> Duration.ofSeconds(node.asLong()));
    }

    private static Optional<Boolean> flag(Optional<JsonNode> section, String key) {
        return at(section, key).flatMap(ClusterConfig::text).map(ControlledParameters::isTrue);
    }

    private static Optional<JsonNode> at(Optional<JsonNode> section, String key) {
        return section.filter(node -> node.hasNonNull(key)).map(node -> node.get(key));
    }

    /** Empty for what is no single value. */
    private static Optional<String> text(JsonNode value) {
        if (value.isBoolean()) {
            return Optional.of(value.asBoolean() ? "on" : "off");
        }
        return value.isValueNode() && !value.isNull() ? Optional.of(value.asText()) : Optional.empty();
    }
}
