package dev.regent.ha.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a server listens. Immutable. */
public record Address(String host, int port) {
    private static final int POSTGRES_PORT = 5432;
    private static final int LAST_PORT = 65535;
    /** Host names may hold an underscore, which {@link java.net.URI} does not take for a host. */
    private static final Pattern URL =
            Pattern.compile("\\w+://(?:[^@/?]*@)?(\\[[^]/?]+]|[^:@/?\\[\\]]+)(?::(\\d{1,5}))?(?:[/?].*)?");

    public Address {
        if (!isPossible(host, port)) {
            throw new IllegalArgumentException(
                    "expected a host and a port from 1 to 65535, found \"" + host + "\" and " + port);
        }
    }

    /** The address in a member's {@code postgres://host:port/database} URL. */
    public static Address ofUrl(String url) {
        return inUrl(url)
                .orElseThrow(() ->
                        new IllegalArgumentException("expected postgres://host:port/database, found \"" + url + "\""));
    }

    /** The address in a URL, absent when there is none that makes sense. */
    public static Optional<Address> inUrl(String url) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String host = unbracketed(parts.group(1));
        int port = parts.group(2) == null ? POSTGRES_PORT : Integer.parseInt(parts.group(2));
        return isPossible(host, port) ? Optional.of(new Address(host, port)) : Optional.empty();
    }

    private static boolean isPossible(String host, int port) {
        return !host.isBlank() && port >= 1 && port <= LAST_PORT;
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
