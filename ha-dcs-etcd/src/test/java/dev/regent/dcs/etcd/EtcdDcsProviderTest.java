package dev.regent.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.spi.DcsProvider;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class EtcdDcsProviderTest {
    @Test
    void theServiceLoaderFindsIt() {
        assertThat(ServiceLoader.load(DcsProvider.class)).anyMatch(found -> found instanceof EtcdDcsProvider);
    }

    @Test
    void hostsAreAListOrSeparatedByCommas() {
        URI[] expected = {URI.create("http://a:2379"), URI.create("http://b:2380"), URI.create("http://[::1]:2381")};

        assertThat(endpoints(Map.of("hosts", List.of("a", "b:2380", "[::1]:2381"))))
                .containsExactly(expected);
        assertThat(endpoints(Map.of("hosts", "a:2379, b:2380,[::1]:2381"))).containsExactly(expected);
    }

    @Test
    void aHostWithoutAPortTakesThePortOfTheSection() {
        assertThat(endpoints(Map.of("host", "a", "port", 4001, "protocol", "https")))
                .containsExactly(URI.create("https://a:4001"));
    }

    @Test
    void aUrlMayCarryUserAndPassword() {
        EtcdOptions options = EtcdDcsProvider.options(
                "etcd3", Map.of("url", "http://me:secret@a:2379", "host", "b", "username", "other"), "/service/demo/");

        assertThat(options.endpoints()).containsExactly(URI.create("http://a:2379"));
        assertThat(options.login()).contains(new EtcdOptions.Login("me", "secret"));
    }

    @Test
    void aKeyMayBeInTheFileOfItsCertificate() {
        EtcdOptions options = EtcdDcsProvider.options(
                "etcd3", Map.of("host", "a", "cacert", "/ca", "cert", "/both"), "/service/demo/");

        EtcdOptions.Tls tls = options.tls().orElseThrow();
        assertThat(tls.authorities()).hasToString("Optional[/ca]");
        assertThat(tls.clientCertificate().orElseThrow().key()).hasToString("/both");
    }

    @Test
    void whatCannotBeReadIsSaidWithTheNameOfTheKey() {
        assertThatThrownBy(() -> endpoints(Map.of("username", "me"))).hasMessageContaining("expected etcd3.hosts");
        assertThatThrownBy(() -> endpoints(Map.of("host", "a", "username", "u")))
                .hasMessageContaining("a password");
        assertThatThrownBy(() -> endpoints(Map.of("host", "a:b:c:x y")))
                .hasMessageContaining("HOST:PORT in etcd3")
                .hasMessageContaining("x y");
        assertThatThrownBy(() -> endpoints(Map.of("host", "a", "protocol", "ftp")))
                .hasMessageContaining("etcd3.protocol");
        assertThatThrownBy(() -> endpoints(Map.of("host", "a", "port", "x"))).hasMessageContaining("etcd3.port");
    }

    private static List<URI> endpoints(Map<String, ?> settings) {
        return EtcdDcsProvider.options("etcd3", settings, "/service/demo/").endpoints();
    }
}
