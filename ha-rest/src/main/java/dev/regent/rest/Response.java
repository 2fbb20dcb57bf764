package dev.regent.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** An HTTP response as endpoints give it; may be sent any number of times. Immutable. */
final class Response {
    static final int OK = 200;
    static final int ACCEPTED = 202;
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
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

    /** What else an answer carries depends on what it is. */
    enum Kind {
        /** What an endpoint has to say. */
        ANSWER,
        /** Generated because a request is wrong as HTTP, or cannot be served. */
        PAGE,
        /** Nothing but a status line, for who reads no more. */
        STATUS
    }

    private final int status;
    private final Kind kind;
    private final Optional<String> contentType;
    private final Map<String, String> headers;
    private final byte[] body;

    private Response(int status, Kind kind, Optional<String> contentType, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.kind = kind;
        this.contentType = contentType;
        this.headers = Map.copyOf(headers);
        this.body = body;
    }

    static Response of(int status, String contentType, byte[] body) {
        return new Response(status, Kind.ANSWER, Optional.of(contentType), Map.of(), body.clone());
    }

    static Response json(int status, JsonNode document) {
        return of(status, "application/json", JsonText.write(document).getBytes(StandardCharsets.US_ASCII));
    }

    /** A sentence; clients of this API expect it to be announced as HTML. */
    static Response text(int status, String text) {
        return of(status, "text/html", text.getBytes(StandardCharsets.UTF_8));
    }

    static Response page(int status, String html) {
        return new Response(
                status,
                Kind.PAGE,
                Optional.of("text/html;charset=utf-8"),
                Map.of("Connection", "close"),
                html.getBytes(StandardCharsets.UTF_8));
    }

    static Response statusOnly(boolean good) {
        return new Response(good ? OK : UNAVAILABLE, Kind.STATUS, Optional.empty(), Map.of(), new byte[0]);
    }

    Response withStatus(int other) {
        return new Response(other, kind, contentType, headers, body);
    }

    Response withHeaders(Map<String, String> more) {
        return new Response(status, kind, contentType, more, body);
    }

    int status() {
        return status;
    }

    Kind kind() {
        return kind;
    }

    Optional<String> contentType() {
        return contentType;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** The content from its beginning, for one reader. */
    ByteBuffer content() {
        return ByteBuffer.wrap(body).asReadOnlyBuffer();
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
