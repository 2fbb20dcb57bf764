package dev.regent.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Samples of what this API answers for a made-up cluster. */
final class Golden {
    private Golden() {}

    static String text(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException("the sample " + name + " cannot be read", unreadable);
        }
    }

    static ObjectNode document(String json) {
        return (ObjectNode)
                JsonText.parse(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }
}
