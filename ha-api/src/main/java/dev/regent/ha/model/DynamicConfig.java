package dev.regent.ha.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cluster-wide configuration as it stands in the store: a JSON object of which Regent reads the keys it knows and
 * keeps all others. Immutable.
 */
public final class DynamicConfig {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static final DynamicConfig EMPTY = new DynamicConfig(JSON.createObjectNode());

    /** What a cluster begins with when nobody has said anything else; the timings are spelled out for whoever edits them. */
    public static final DynamicConfig DEFAULT =
            of(Map.of("ttl", 30, "loop_wait", 10, "retry_timeout", 10, "maximum_lag_on_failover", 1_048_576));

    private final ObjectNode document;

    private DynamicConfig(ObjectNode document) {
        this.document = document;
    }

    /** Absent when the text is not a JSON object: readers then keep the configuration they have. */
    public static Optional<DynamicConfig> parse(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            return node instanceof ObjectNode object ? Optional.of(new DynamicConfig(object)) : Optional.empty();
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }

    /** The configuration that a map of plain values stands for, as a YAML reader returns it. */
    public static DynamicConfig of(Map<String, ?> values) {
        return new DynamicConfig(JSON.valueToTree(values));
    }

    public boolean isEmpty() {
        return document.isEmpty();
    }

    public String json() {
        return document.toString();
    }

    /** A copy of what stands under the key, if anything but null does. */
    public Optional<JsonNode> value(String key) {
        @Nullable JsonNode value = document.get(key);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value.deepCopy());
    }

    /** The value as text under the first key, or under its older spelling. */
    Optional<String> text(String key, String olderKey) {
        return value(key).or(() -> value(olderKey)).map(JsonNode::asText);
    }

    /**
     * This configuration with the patch laid over it: null removes a key, objects merge, everything else replaces, except
     * that a value stays as it is spelled when the patch only spells it differently, as {@code "100"} instead of 100.
     */
    public DynamicConfig patched(JsonNode patch) {
        ObjectNode merged = document.deepCopy();
        merge(merged, patch);
        return new DynamicConfig(merged);
    }

    private static void merge(ObjectNode target, JsonNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            @Nullable JsonNode present = target.get(field.getKey());
            if (field.getValue().isNull()) {
                target.remove(field.getKey());
            } else if (present instanceof ObjectNode object && field.getValue().isObject()) {
                merge(object, field.getValue());
            } else if (present == null || !isSame(present, field.getValue())) {
                target.set(field.getKey(), field.getValue().deepCopy());
            }
        }
    }

    private static boolean isSame(JsonNode present, JsonNode next) {
        boolean spelledAlike = isTextOrNumber(present) && isTextOrNumber(next);
        return spelledAlike ? present.asText().equals(next.asText()) : present.equals(next);
    }

    private static boolean isTextOrNumber(JsonNode value) {
        return value.isTextual() || value.isNumber();
    }

    /** Whether there are the same keys with the same values, however numbers are spelled. */
    public boolean saysTheSameAs(JsonNode other) {
        return isAlike(document, other);
    }

    private static boolean isAlike(JsonNode one, JsonNode other) {
        if (!(one instanceof ObjectNode) || !(other instanceof ObjectNode)) {
            return isSame(one, other);
        }
        return one.size() == other.size()
                && one.properties().stream()
                        .allMatch(field ->
                                other.has(field.getKey()) && isAlike(field.getValue(), other.get(field.getKey())));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DynamicConfig config && document.equals(config.document);
    }

    @Override
    public int hashCode() {
        return document.hashCode();
    }

    @Override
    public String toString() {
        return json();
    }
}
