package dev.regent.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regent.ha.model.DynamicConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the cluster-wide configuration says of replication slots that are not members': which of them are logical, and which
 * are nobody's business here. Immutable.
 */
record ConfiguredSlots(Map<String, Logical> logical, List<Map<String, String>> ignored) {
    private static final List<String> PERMANENT = List.of("permanent_replication_slots", "permanent_slots", "slots");

    /** What a logical slot decodes, and how. Immutable. */
    record Logical(String database, String plugin) {}

    /** A slot as it is on a server; database and plugin are empty for a physical one. Immutable. */
    record Slot(String name, String type, String database, String plugin) {
        boolean isLogical() {
            return type.equals("logical");
        }
    }

    ConfiguredSlots {
        logical = Map.copyOf(logical);
        ignored = List.copyOf(ignored);
    }

    static ConfiguredSlots in(DynamicConfig config) {
        Map<String, Logical> logical = new TreeMap<>();
        Optional<JsonNode> permanent = PERMANENT.stream()
                .flatMap(key -> config.value(key).stream())
                .filter(node -> !node.isEmpty())
                .findFirst();
        permanent.ifPresent(slots -> slots.properties().forEach(slot -> {
            String database = slot.getValue().path("database").asText();
            String plugin = slot.getValue().path("plugin").asText();
            boolean physical = slot.getValue().path("type").asText().equals("physical");
            if (!physical && !database.isEmpty() && !plugin.isEmpty()) {
                logical.put(slot.getKey(), new Logical(database, plugin));
            }
        }));
        List<Map<String, String>> ignored = new ArrayList<>();
        config.value("ignore_slots")
                .ifPresent(patterns -> patterns.forEach(pattern -> {
                    Map<String, String> wanted = new HashMap<>();
                    pattern.properties()
                            .forEach(field ->
                                    wanted.put(field.getKey(), field.getValue().asText()));
                    wanted.values().removeIf(String::isEmpty);
                    ignored.add(Map.copyOf(wanted));
                }));
        return new ConfiguredSlots(logical, ignored);
    }

    /** Whether the slot is neither to be shown nor touched. */
    boolean ignores(Slot slot) {
        Map<String, String> properties =
                Map.of("name", slot.name(), "type", slot.type(), "database", slot.database(), "plugin", slot.plugin());
        return ignored.stream()
                .anyMatch(pattern -> pattern.entrySet().stream()
                        .allMatch(wanted ->
                                wanted.getValue().equals(properties.getOrDefault(wanted.getKey(), wanted.getValue()))));
    }

    /** Whether a slot of that name is what the configuration wants it to be. */
    boolean isAsConfigured(Slot slot) {
        Logical wanted = logical.get(slot.name());
        return wanted == null
                ? !slot.isLogical()
                : slot.isLogical()
                        && slot.database().equals(wanted.database())
                        && slot.plugin().equals(wanted.plugin());
    }
}
