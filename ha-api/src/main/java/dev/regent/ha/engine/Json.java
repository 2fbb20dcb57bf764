package dev.regent.ha.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON as it stands in the store: compact, ASCII only; reading never fails, it finds less. */
final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final DateTimeFormatter WHOLE_SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx", Locale.ROOT);
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSxxx", Locale.ROOT);

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    static String write(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a JSON tree could not be written", impossible);
        }
    }

    static Optional<JsonNode> read(String text) {
        try {
            return Optional.ofNullable(MAPPER.readTree(text));
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }

    static ObjectNode readObject(String text) {
        return read(text).filter(JsonNode::isObject).map(ObjectNode.class::cast).orElseGet(Json::object);
    }

    static Optional<String> text(JsonNode object, String field) {
        @Nullable JsonNode value = object.get(field);
        return value == null || value.isNull() || value.asText().isEmpty()
                ? Optional.empty()
                : Optional.of(value.asText());
    }

    static Optional<Long> number(JsonNode object, String field) {
        return text(object, field).flatMap(Json::number);
    }

    static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.decode(text.trim()));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    static boolean isTrue(JsonNode object, String field) {
        return object.path(field).asBoolean(false);
    }

    /** With six digits after the second or none, as Python writes it and others read it. */
    static String time(OffsetDateTime time) {
        OffsetDateTime known = time.truncatedTo(ChronoUnit.MICROS);
        return (known.getNano() == 0 ? WHOLE_SECONDS : MICROSECONDS).format(known);
    }

    static Optional<OffsetDateTime> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text.trim().replace(' ', 'T')));
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }
}
