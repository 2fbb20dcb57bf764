package dev.regent.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.StandbyCluster;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the sections {@code postgresql} and {@code standby_cluster} of the cluster-wide configuration say, as text in the way
 * PostgreSQL reads it; names in lower case. Immutable.
 */
record ClusterConfig(
        Map<String, String> parameters,
        Map<String, String> recoveryParameters,
        List<String> pgHba,
        List<String> pgIdent,
        Optional<Boolean> usePgRewind,
        boolean useSlots,
        Optional<StandbyCluster> standbyCluster) {

    static final ClusterConfig NONE = from(DynamicConfig.EMPTY);

    ClusterConfig {
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        recoveryParameters = Collections.unmodifiableMap(new TreeMap<>(recoveryParameters));
        pgHba = List.copyOf(pgHba);
        pgIdent = List.copyOf(pgIdent);
    }

    static ClusterConfig from(DynamicConfig config) {
        Optional<JsonNode> section = config.value("postgresql").filter(JsonNode::isObject);
        return new ClusterConfig(
                map(section, "parameters"),
                map(section, "recovery_conf"),
                lines(section, "pg_hba"),
                lines(section, "pg_ident"),
                flag(section, "use_pg_rewind"),
                flag(section, "use_slots").orElse(true),
                StandbyCluster.in(config));
    }

    /** Whether who follows these addresses follows what the cluster as a whole does: a remote server, or an archive alone. */
    boolean isRemote(List<Address> followed) {
        return standbyCluster
                .filter(remote -> remote.addresses().equals(followed))
                .isPresent();
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
