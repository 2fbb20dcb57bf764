package dev.regent.ha.model;

import java.util.ArrayList;
import java.util.List;
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

    /**
     * The addresses in two lists as PostgreSQL takes them: a port for each host, or one for all. What makes no sense as a port
     * stands for the usual one; hosts without a name are left out.
     */
    public static List<Address> listOf(String hosts, String ports, int usualPort) {
        String[] eachPort = ports.split(",", -1);
        List<Address> addresses = new ArrayList<>();
        int at = 0;
        for (String host : hosts.split(",", -1)) {
            int port = number(eachPort.length == 1 || at >= eachPort.length ? eachPort[0] : eachPort[at], usualPort);
            String name = host.strip();
            if (isPossible(name, port)) {
                addresses.add(new Address(name, port));
            }
            at++;
        }
        return addresses;
    }

    private static int number(String port, int usualPort) {
        try {
            int number = Integer.parseInt(port.strip());
            return number >= 1 && number <= LAST_PORT ? number : usualPort;
        } catch (NumberFormatException notANumber) {
            return usualPort;
        }
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
