package dev.regent.rest;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What answers carry besides what was asked for. Immutable.
 *
 * @param headers sent with every answer
 * @param tlsHeaders sent as well, or instead, where TLS is spoken
 */
public record AnswerSettings(ServerToken token, Map<String, String> headers, Map<String, String> tlsHeaders) {

    public static final AnswerSettings PLAIN = new AnswerSettings(ServerToken.ORIGINAL, Map.of(), Map.of());

    public AnswerSettings {
        headers = Map.copyOf(checked(headers));
        tlsHeaders = Map.copyOf(checked(tlsHeaders));
    }

    private static Map<String, String> checked(Map<String, String> headers) {
        headers.forEach((name, value) -> {
            if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || value.chars().anyMatch(c -> c < ' ' || c > '~')) {
                throw new IllegalArgumentException("expected the name and value of an HTTP header field, found \""
                        + name + ": " + value + "\": use printable ASCII, and no blanks in the name");
            }
        });
        return headers;
    }

    Map<String, String> extra(boolean tls) {
        if (!tls) {
            return headers;
        }
        Map<String, String> both = new LinkedHashMap<>(headers);
        tlsHeaders.forEach((name, value) -> {
            both.keySet().removeIf(name::equalsIgnoreCase);
            both.put(name, value);
        });
        return Map.copyOf(both);
    }
}
