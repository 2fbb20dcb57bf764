package dev.regent.ha.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the cluster-wide configuration says of replication slots that are not members': which are to be there whoever leads,
 * and which are nobody's business here. What cannot be understood is left out. Immutable.
 */
public record PermanentSlots(Map<String, Configured> slots, List<Map<String, String>> ignored) {
    private static final List<String> KEYS = List.of("permanent_replication_slots", "permanent_slots", "slots");

    private static final List<String> PROPERTIES = List.of("name", "type", "database", "plugin");

    private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,63}");

    /**
     * A slot as configured. Immutable.
     *
     * @param clusterType {@code primary} or {@code standby} when it is for such a cluster alone
     */
    public record Configured(SlotKind kind, Optional<String> clusterType) {
        /** Whether it is to be there in such a cluster; one that follows another decodes nothing. */
        public boolean isFor(boolean standbyCluster) {
            return !(standbyCluster && kind.isLogical())
                    && clusterType
                            .filter(type -> !type.equals(standbyCluster ? "standby" : "primary"))
                            .isEmpty();
        }
    }

    public PermanentSlots {
        slots = Collections.unmodifiableMap(new TreeMap<>(slots));
        ignored = List.copyOf(ignored);
    }

    public static PermanentSlots in(DynamicConfig config) {
        Map<String, Configured> slots = new TreeMap<>();
        KEYS.stream()
                .flatMap(key -> config.value(key).stream())
                .filter(node -> !node.isEmpty())
                .findFirst()
                .ifPresent(node -> node.properties()
                        .forEach(slot -> configured(slot.getKey(), slot.getValue())
                                .ifPresent(found -> slots.put(slot.getKey(), found))));
        List<Map<String, String>> ignored = new ArrayList<>();
        config.value("ignore_slots").ifPresent(patterns -> patterns.forEach(pattern -> ignored.add(pattern(pattern))));
        return new PermanentSlots(slots, ignored);
    }

    private static Optional<Configured> configured(String name, JsonNode slot) {
        Optional<String> clusterType = text(slot, "cluster_type");
        if (!NAME.matcher(name).matches() || (!slot.isNull() && !slot.isObject())) {
            return Optional.empty();
        }
        Optional<String> database = text(slot, "database");
        Optional<String> plugin = text(slot, "plugin");
        boolean complete = database.isPresent() && plugin.isPresent();
        String type = text(slot, "type").orElse(complete ? "logical" : "physical");
        if (type.equals("physical")) {
            return Optional.of(new Configured(SlotKind.physical(), clusterType));
        }
        return type.equals("logical") && complete
                ? Optional.of(new Configured(new SlotKind.Logical(database.get(), plugin.get()), clusterType))
                : Optional.empty();
    }

    private static Map<String, String> pattern(JsonNode node) {
        Map<String, String> pattern = new HashMap<>();
        node.properties()
                .forEach(field -> pattern.put(field.getKey(), field.getValue().asText()));
        pattern.values().removeIf(String::isEmpty);
        return pattern;
    }

    private static Optional<String> text(JsonNode node, String key) {
        return Optional.of(node.path(key).asText()).filter(value -> !value.isEmpty() && !value.equals("null"));
    }

    /** Whether a slot is to be left alone, wanted or not. */
    public boolean ignores(String name, SlotKind kind) {
        Map<String, String> properties = new HashMap<>(Map.of("name", name, "type", "physical"));
        if (kind instanceof SlotKind.Logical logical) {
            properties.put("type", "logical");
            properties.put("database", logical.database());
            properties.put("plugin", logical.plugin());
        }
        return ignored.stream()
                .anyMatch(pattern -> PROPERTIES.stream()
                        .filter(pattern::containsKey)
                        .allMatch(property ->
                                pattern.getOrDefault(property, "").equals(properties.getOrDefault(property, ""))));
    }

    /** Whether standbys must be able to go on decoding when they are promoted. */
    public boolean decodeAnything() {
        return slots.values().stream().anyMatch(slot -> slot.kind().isLogical());
    }
}
