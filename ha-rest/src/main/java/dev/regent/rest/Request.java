package dev.regent.rest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request as endpoints see it, whatever server it came through. Immutable.
 *
 * @param path without the query, as it was sent
 * @param query the first value of each parameter that has one
 * @param body absent when the client announced none
 */
record Request(String method, String path, Map<String, String> query, Optional<byte[]> body) {

    Request {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    }

    Request withBody(byte[] content) {
        return new Request(method, path, query, Optional.of(content));
    }

    /** The text up to the second slash selects an endpoint. */
    String firstSegment() {
        return firstSegment(path);
    }

    static String firstSegment(String path) {
        int start = 0;
        while (start < path.length() && path.charAt(start) == '/') {
            start++;
        }
        int end = path.indexOf('/', start);
        return path.substring(start, end < 0 ? path.length() : end);
    }

    static Map<String, String> parseQuery(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return Map.of();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && equals < pair.length() - 1) {
                values.putIfAbsent(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return values;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }
}
