package dev.regent.ha.model;

import java.net.URI;

/** Where a server listens. Immutable. */
public record Address(String host, int port) {
    private static final int POSTGRES_PORT = 5432;

    public Address {
        if (host.isBlank() || port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "expected a host and a port from 1 to 65535, found \"" + host + "\" and " + port);
        }
    }

    /** The address in a member's {@code postgres://host:port/database} URL. */
    public static Address ofUrl(String url) {
        URI uri = URI.create(url);
        String host = uri.getHost();
        if (host == null) {
            throw new IllegalArgumentException("expected postgres://host:port/database, found \"" + url + "\"");
        }
        return new Address(unbracketed(host), uri.getPort() < 0 ? POSTGRES_PORT : uri.getPort());
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
