package dev.regent.dcs.consul;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How an agent of Consul is reached: what Patroni reads from the {@code consul} section of its configuration, as far as it
 * concerns the store. Immutable.
 *
 * @param verify whether the agent's certificate must be valid for its host; {@code false} trusts anybody
 * @param caCertificates a PEM file with the authorities to trust instead of the JVM's
 * @param certificate a PEM file with this client's certificate, and its key unless that has a file of its own
 * @param key a PEM file with the unencrypted key of the certificate: PKCS#8, PKCS#1 (RSA) or SEC1 (EC)
 * @param datacenter the datacenter to talk to; the agent's own when absent
 */
public record ConsulSettings(
        String scheme,
        String host,
        int port,
        Optional<String> token,
        boolean verify,
        Optional<Path> caCertificates,
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<String> datacenter,
        Consistency consistency) {

    private static final String DEFAULT_HOST = "127.0.0.1";
    private static final int DEFAULT_PORT = 8500;
    private static final int MAX_PORT = 65_535;
    private static final Pattern URL =
            Pattern.compile("(?<scheme>https?)://(?<authority>[^/?#@]+)/?", Pattern.CASE_INSENSITIVE);

    /** Names may have underscores, which a URI's may not. */
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(?<host>\\[[^\\]\\s]+]|[^:/\\s\\[]+)(?::(?<port>[0-9]+))?");

    /**
     * What Consul may answer a watch from: the leader it knows, a majority, or any server. Watches only, because the entries
     * themselves are always read from a majority: an older answer could show a leader that is none any more.
     */
    public enum Consistency {
        DEFAULT,
        CONSISTENT,
        STALE
    }

    public ConsulSettings {
        if (!Set.of("http", "https").contains(scheme)) {
            throw wrong("scheme", "http or https", scheme);
        }
        if (host.isBlank()) {
            throw wrong("host", "the name or address of a Consul agent", host);
        }
        if (port < 1 || port > MAX_PORT) {
            throw wrong("port", "a number from 1 to " + MAX_PORT, port);
        }
        if (key.isPresent() && certificate.isEmpty()) {
            throw new IllegalArgumentException("consul.key is set without consul.cert: name the key's certificate too");
        }
    }

    /** An agent at an address, without TLS and without a token. */
    public static ConsulSettings agent(String host, int port) {
        return of(Map.of("host", host, "port", port));
    }

    /**
     * Reads the keys {@code url}, {@code host}, {@code port}, {@code scheme}, {@code token}, {@code verify}, {@code cacert},
     * {@code cert}, {@code key}, {@code dc} and {@code consistency} of the section; others are for others to read. A
     * {@code url} counts more than scheme, host and port, and {@code port} more than a port in {@code host}.
     */
    public static ConsulSettings of(Map<String, ?> section) {
        Optional<Matcher> url = text(section, "url").map(ConsulSettings::url);
        Matcher host = hostAndPort(url.map(found -> found.group("authority"))
                .or(() -> text(section, "host"))
                .orElse(DEFAULT_HOST));
        return new ConsulSettings(
                url.map(found -> found.group("scheme"))
                        .or(() -> text(section, "scheme"))
                        .orElse("http")
                        .toLowerCase(Locale.ROOT),
                host.group("host"),
                (url.isPresent() ? Optional.<String>empty() : text(section, "port"))
                        .or(() -> Optional.ofNullable(host.group("port")))
                        .map(ConsulSettings::port)
                        .orElse(DEFAULT_PORT),
                text(section, "token"),
                isTrue(section, "verify", true),
                text(section, "cacert").map(Path::of),
                text(section, "cert").map(Path::of),
                text(section, "key").map(Path::of),
                text(section, "dc"),
                consistency(text(section, "consistency").orElse("default")));
    }

    public ConsulSettings withToken(String newToken) {
        return new ConsulSettings(
                scheme,
                host,
                port,
                Optional.of(newToken),
                verify,
                caCertificates,
                certificate,
                key,
                datacenter,
                consistency);
    }

    boolean isTls() {
        return scheme.equals("https");
    }

    /** Scheme, host and port: what a request's path is appended to. */
    String address() {
        return scheme + "://" + host + ":" + port;
    }

    /** Does not show the token. */
    @Override
    public String toString() {
        return "ConsulSettings[" + address() + (token.isPresent() ? ", with a token]" : "]");
    }

    private static Matcher url(String text) {
        Matcher found = URL.matcher(text);
        if (!found.matches()) {
            throw wrong("url", "something like https://consul.example:8501", text);
        }
        return found;
    }

    private static Matcher hostAndPort(String text) {
        boolean isBareIpv6 = text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[");
        Matcher found = HOST_AND_PORT.matcher(isBareIpv6 ? "[" + text + "]" : text);
        if (!found.matches()) {
            throw wrong("host", "HOST or HOST:PORT", text);
        }
        return found;
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            throw wrong("port", "a number from 1 to " + MAX_PORT, text);
        }
    }

    static boolean isTrue(Map<String, ?> section, String name, boolean otherwise) {
        Optional<String> text = text(section, name);
        if (text.isEmpty()) {
            return otherwise;
        }
        return switch (text.get().toLowerCase(Locale.ROOT)) {
            case "true", "on", "yes", "1" -> true;
            case "false", "off", "no", "0" -> false;
            default -> throw wrong(name, "true or false", text.get());
        };
    }

    private static Consistency consistency(String text) {
        return switch (text) {
            case "default" -> Consistency.DEFAULT;
            case "consistent" -> Consistency.CONSISTENT;
            case "stale" -> Consistency.STALE;
            default -> throw wrong("consistency", "default, consistent or stale", text);
        };
    }

    static Optional<String> text(Map<String, ?> section, String name) {
        @Nullable Object value = section.get(name);
        return Optional.ofNullable(value).map(Object::toString).filter(text -> !text.isBlank());
    }

    private static IllegalArgumentException wrong(String name, String expected, Object found) {
        return new IllegalArgumentException("consul." + name + " must be " + expected + ", but is '" + found + "'");
    }
}
