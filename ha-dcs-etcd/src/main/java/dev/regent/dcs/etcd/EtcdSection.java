package dev.regent.dcs.etcd;

import dev.regent.dcs.etcd.EtcdOptions.ClientCertificate;
import dev.regent.dcs.etcd.EtcdOptions.Login;
import dev.regent.dcs.etcd.EtcdOptions.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads what a configuration file says of etcd: {@code srv} with {@code srv_suffix}, {@code proxy}, {@code url}, {@code hosts}, {@code host} (the first one that
 * is there counts), {@code port}, {@code protocol}, {@code username}, {@code password}, {@code cacert}, {@code cert},
 * {@code key}. Immutable.
 */
final class EtcdSection {
    private static final List<String> PROTOCOLS = List.of("http", "https");
    private static final List<String> DISCOVERY = List.of("srv", "discovery_srv", "srv_domain");

    private static final List<String> ADDRESSES = List.of("proxy", "url", "hosts", "host");

    private final String name;
    private final Map<String, ?> settings;
    private final SrvRecords records;

    EtcdSection(String name, Map<String, ?> settings) {
        this(name, settings, SrvRecords.ofThisHost());
    }

    EtcdSection(String name, Map<String, ?> settings, SrvRecords records) {
        this.name = name;
        this.records = records;
        this.settings = Map.copyOf(present(settings));
    }

    private static Map<String, ?> present(Map<String, ?> settings) {
        Map<String, Object> present = new HashMap<>();
        settings.forEach((key, value) -> {
            if (value != null) {
                present.put(key, value);
            }
        });
        return present;
    }

    /** A domain's servers are looked up now, where one is named; without answer the addresses count that are named as well. */
    List<URI> endpoints() {
        Optional<String> domain =
                DISCOVERY.stream().flatMap(key -> text(key).stream()).findFirst();
        if (domain.isEmpty()) {
            return named();
        }
        try {
            return records.endpoints(domain.get(), text("srv_suffix"));
        } catch (IllegalArgumentException unknown) {
            if (ADDRESSES.stream().anyMatch(settings::containsKey)) {
                return named();
            }
            throw unknown;
        }
    }

    private List<URI> named() {
        Optional<String> url = text("proxy").or(() -> text("url"));
        if (url.isPresent()) {
            return List.of(uri(url.get()));
        }
        List<URI> hosts = hosts().stream().map(this::endpoint).toList();
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("expected " + name
                    + ".hosts, .host, .url or .srv to say where etcd is, found "
                    + (settings.isEmpty() ? "nothing" : "only " + settings.keySet())
                    + ": set " + name + ".hosts to HOST:PORT, HOST:PORT");
        }
        return hosts;
    }

    private List<String> hosts() {
        Object value = settings.containsKey("hosts") ? settings.get("hosts") : settings.get("host");
        if (value instanceof List<?> list) {
            return list.stream().map(String::valueOf).map(String::trim).toList();
        }
        return value == null
                ? List.of()
                : Arrays.stream(value.toString().split(","))
                        .map(String::trim)
                        .filter(Predicate.not(String::isEmpty))
                        .toList();
    }

    private URI endpoint(String host) {
        if (host.contains("://")) {
            return uri(host);
        }
        boolean bareIpv6 = !host.startsWith("[") && host.indexOf(':') != host.lastIndexOf(':');
        URI address = uri(protocol() + "://" + (bareIpv6 ? "[" + host + "]" : host));
        return address.getPort() < 0 && settings.containsKey("port") ? uri(address + ":" + port()) : address;
    }

    private URI uri(String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && PROTOCOLS.contains(uri.getScheme())) {
                return uri;
            }
        } catch (IllegalArgumentException notUri) {
            // refused below, in the words of the configuration file
        }
        throw new IllegalArgumentException("expected etcd's address as HOST:PORT in " + name + ", found \""
                + text.replaceFirst("^https?://", "") + "\"");
    }

    private String protocol() {
        String protocol = text("protocol").orElse("http");
        if (!PROTOCOLS.contains(protocol)) {
            throw new IllegalArgumentException(
                    "expected http or https in " + name + ".protocol, found \"" + protocol + "\"");
        }
        return protocol;
    }

    private int port() {
        String port = text("port").orElse("");
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "expected a port from 1 to 65535 in " + name + ".port, found \"" + port + "\"");
        }
    }

    /** From an endpoint such as {@code http://user:password@host}, or from the section. */
    Optional<Login> login(URI endpoint) {
        String info = endpoint.getUserInfo();
        if (info != null) {
            int colon = info.indexOf(':');
            return Optional.of(
                    colon < 0 ? new Login(info, "") : new Login(info.substring(0, colon), info.substring(colon + 1)));
        }
        return text("username").map(user -> new Login(user, text("password").orElse("")));
    }

    Optional<Tls> tls() {
        Optional<Path> authorities = text("cacert").map(Path::of);
        Optional<ClientCertificate> client = text("cert")
                .map(file ->
                        new ClientCertificate(Path.of(file), Path.of(text("key").orElse(file))));
        return authorities.isPresent() || client.isPresent()
                ? Optional.of(new Tls(authorities, client))
                : Optional.empty();
    }

    static String withoutUser(URI endpoint) {
        String host = endpoint.getHost();
        return endpoint.getScheme() + "://" + host + (endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort());
    }

    private Optional<String> text(String key) {
        return Optional.ofNullable(settings.get(key)).map(Object::toString).filter(Predicate.not(String::isBlank));
    }
}
