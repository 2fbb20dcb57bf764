package dev.regent.dcs.etcd;

import dev.regent.dcs.etcd.EtcdOptions.ClientCertificate;
import dev.regent.dcs.etcd.EtcdOptions.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The {@code etcd3} section of a Patroni configuration, as the values that a YAML reader returns. Immutable. */
final class PatroniSection {
    private static final Set<String> DISCOVERY = Set.of("srv", "discovery_srv", "srv_domain", "srv_suffix");

    private final Map<String, ?> values;

    PatroniSection(Map<String, ?> values) {
        this.values = values;
    }

    EtcdOptions options(String prefix) {
        Optional<URI> url = text("proxy").or(() -> text("url")).map(PatroniSection::url);
        List<URI> endpoints = url.map(List::of).orElseGet(this::hosts);
        EtcdOptions options =
                EtcdOptions.of(prefix, endpoints.stream().map(URI::toString).toArray(String[]::new));
        if (text("cacert").isPresent() || text("cert").isPresent()) {
            options = options.withTls(new Tls(text("cacert").map(Path::of), clientCertificate()));
        }
        Optional<String> userInfo = url.map(URI::getUserInfo).filter(info -> info.contains(":"));
        if (userInfo.isPresent()) {
            String[] parts = userInfo.get().split(":", 2);
            return options.withLogin(parts[0], parts[1]);
        }
        return withLogin(options);
    }

    private EtcdOptions withLogin(EtcdOptions options) {
        Optional<String> user = text("username");
        Optional<String> password = text("password");
        return user.isEmpty() && password.isEmpty() ? options : options.withLogin(user.orElse(""), password.orElse(""));
    }

    /** The key may stand in the certificate's file. */
    private Optional<ClientCertificate> clientCertificate() {
        return text("cert")
                .map(Path::of)
                .map(cert ->
                        new ClientCertificate(cert, text("key").map(Path::of).orElse(cert)));
    }

    private List<URI> hosts() {
        List<URI> found = listedHosts()
                .map(String::trim)
                .filter(host -> !host.isEmpty())
                .map(this::endpoint)
                .toList();
        if (found.isEmpty()) {
            String also = values.keySet().stream().anyMatch(DISCOVERY::contains)
                    ? " (discovery by DNS is not supported: list the members in hosts)"
                    : "";
            throw new IllegalArgumentException(
                    "expected host, hosts or url in the etcd3 section, found " + values.keySet() + also);
        }
        return found;
    }

    private Stream<String> listedHosts() {
        Object hosts = value("hosts").or(() -> value("host")).orElse("");
        return hosts instanceof Collection<?> list
                ? list.stream().map(String::valueOf)
                : Arrays.stream(hosts.toString().split(","));
    }

    /** From {@code host}, {@code host:port} or {@code [::1]:port}. */
    private URI endpoint(String host) {
        int bracket = host.lastIndexOf(']');
        boolean hasPort = host.indexOf(':', bracket + 1) >= 0;
        String url = text("protocol").orElse("http") + "://" + host;
        return url(hasPort ? url : url + ":" + text("port").orElse(Integer.toString(EtcdOptions.DEFAULT_PORT)));
    }

    private static URI url(String text) {
        try {
            return URI.create(text.trim());
        } catch (IllegalArgumentException notAUrl) {
            throw new IllegalArgumentException(
                    "expected a URL such as http://10.0.0.1:2379 in the etcd3 section, found \"" + text + "\"",
                    notAUrl);
        }
    }

    private Optional<String> text(String key) {
        return value(key).map(Object::toString).filter(text -> !text.isBlank());
    }

    private Optional<Object> value(String key) {
        @Nullable Object value = values.get(key);
        return Optional.ofNullable(value);
    }
}
