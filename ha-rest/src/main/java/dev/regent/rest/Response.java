package dev.regent.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/** An HTTP response as endpoints give it. Immutable. */
record Response(int status, Optional<String> contentType, Map<String, String> headers, String body) {
    static final int OK = 200;
    static final int ACCEPTED = 202;
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    static final int LENGTH_REQUIRED = 411;
    static final int PRECONDITION_FAILED = 412;
    static final int CONTENT_TOO_LARGE = 413;
    static final int UNPROCESSABLE = 422;
    static final int INTERNAL_ERROR = 500;
    static final int NOT_SUPPORTED = 501;
    static final int BAD_GATEWAY = 502;
    static final int UNAVAILABLE = 503;

    Response {
        headers = Map.copyOf(headers);
    }

    static Response json(int status, JsonNode document) {
        return new Response(status, Optional.of("application/json"), Map.of(), JsonText.write(document));
    }

    /** A sentence; clients of this API expect it to be announced as HTML. */
    static Response text(int status, String text) {
        return new Response(status, Optional.of("text/html"), Map.of(), text);
    }

    static Response statusOnly(boolean good) {
        return new Response(good ? OK : UNAVAILABLE, Optional.empty(), Map.of(), "");
    }

    Response withHeader(String name, String value) {
        return new Response(status, contentType, Map.of(name, value), body);
    }
}
