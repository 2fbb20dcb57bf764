package dev.regent.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The JSON object in the body of a request. */
final class JsonBody {
    private static final byte[] NOTHING = {};

    private JsonBody() {}

    /** For endpoints that cannot do without: an object with at least one key. */
    static ObjectNode required(Request request) throws Refusal {
        if (request.body().isEmpty()) {
            throw Refusal.page(Response.LENGTH_REQUIRED);
        }
        Optional<JsonNode> json = JsonText.parse(request.body().get());
        if (json.isPresent() && json.get() instanceof ObjectNode object && !object.isEmpty()) {
            return object;
        }
        throw Refusal.page(Response.BAD_REQUEST);
    }

    /** For endpoints that can do without: an object, which is empty when there is no body. */
    static ObjectNode optional(Request request) throws Refusal {
        byte[] body = request.body().orElse(NOTHING);
        if (body.length == 0) {
            return JsonText.object();
        }
        return JsonText.parse(body)
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast)
                .orElseThrow(() -> Refusal.page(Response.BAD_REQUEST));
    }

    /** The value as text; absent when it is missing, null or empty. */
    static Optional<String> text(ObjectNode body, String key) {
        return Optional.ofNullable(body.get(key))
                .filter(value -> !value.isNull())
                .map(JsonNode::asText)
                .filter(text -> !text.isEmpty());
    }
}
