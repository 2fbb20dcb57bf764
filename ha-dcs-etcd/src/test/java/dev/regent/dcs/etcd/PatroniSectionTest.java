package dev.regent.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.dcs.etcd.EtcdOptions.ClientCertificate;
import dev.regent.dcs.etcd.EtcdOptions.Login;
import dev.regent.dcs.etcd.EtcdOptions.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PatroniSectionTest {
    private static final String PREFIX = "/service/demo/";

    private static EtcdOptions options(Map<String, ?> section) {
        return EtcdOptions.fromSection(section, PREFIX);
    }

    private static List<String> endpoints(Map<String, ?> section) {
        return options(section).endpoints().stream().map(URI::toString).toList();
    }

    @Test
    void aHostHasTheDefaultPortAndProtocol() {
        assertThat(endpoints(Map.of("host", "etcd1"))).containsExactly("http://etcd1:2379");
        assertThat(endpoints(Map.of("host", "10.0.0.1:4001"))).containsExactly("http://10.0.0.1:4001");
    }

    @Test
    void hostsAreAListOrTextSeparatedByCommas() {
        assertThat(endpoints(Map.of("hosts", List.of("a:1", "b")))).containsExactly("http://a:1", "http://b:2379");
        assertThat(endpoints(Map.of("hosts", "a:1, b", "port", 4001, "protocol", "https")))
                .containsExactly("https://a:1", "https://b:4001");
    }

    @Test
    void addressesOfVersionSixStandInBrackets() {
        assertThat(endpoints(Map.of("hosts", "[::1],[fe80::1]:4001")))
                .containsExactly("http://[::1]:2379", "http://[fe80::1]:4001");
    }

    @Test
    void aUrlOverridesHostsAndLogin() {
        EtcdOptions options = options(Map.of("url", "https://u:p:w@etcd", "host", "other", "username", "x"));

        assertThat(options.endpoints()).containsExactly(URI.create("https://etcd:2379"));
        assertThat(options.login()).contains(new Login("u", "p:w"));
    }

    @Test
    void loginAndCertificatesAreTakenOver() {
        EtcdOptions options = options(Map.of(
                "host", "a", "username", "regent", "password", "secret", "cacert", "/ca", "cert", "/c", "key", "/k"));

        assertThat(options.login()).contains(new Login("regent", "secret"));
        assertThat(options.tls())
                .contains(new Tls(
                        Optional.of(Path.of("/ca")), Optional.of(new ClientCertificate(Path.of("/c"), Path.of("/k")))));
    }

    @Test
    void theKeyMayStandInTheCertificatesFile() {
        assertThat(options(Map.of("host", "a", "cert", "/c"))
                        .tls()
                        .orElseThrow()
                        .clientCertificate())
                .contains(new ClientCertificate(Path.of("/c"), Path.of("/c")));
    }

    @Test
    void thePrefixHasOneSlashAtEachEndAndBetweenItsParts() {
        assertThat(EtcdOptions.of("service//demo", "http://a").prefix()).isEqualTo(PREFIX);
    }

    @Test
    void aPasswordIsNotInTheTextOfTheOptions() {
        assertThat(EtcdOptions.of(PREFIX, "http://a").withLogin("u", "secret").toString())
                .doesNotContain("secret");
    }

    @Test
    void whatCannotBeUsedIsNamedWithWhatWasExpected() {
        assertThatThrownBy(() -> options(Map.of("username", "u")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected host, hosts or url in the etcd3 section, found [username]");
        assertThatThrownBy(() -> options(Map.of("srv", "example.org"))).hasMessageContaining("not supported");
        assertThatThrownBy(() -> options(Map.of("host", "a b"))).hasMessageContaining("http://a b");
        assertThatThrownBy(() -> options(Map.of("host", "a", "protocol", "ftp")))
                .hasMessageContaining("ftp://a:2379");
        assertThatThrownBy(() -> options(Map.of("host", "a", "username", "u"))).hasMessageContaining("password");
        assertThatThrownBy(() -> EtcdOptions.of(PREFIX)).hasMessageContaining("at least one");
    }

    @Test
    void aCertificateFileThatCannotBeReadIsToldWhenTheStoreIsOpened() {
        EtcdOptions options = options(Map.of("host", "a", "protocol", "https", "cacert", "/nowhere/ca.pem"));

        assertThatThrownBy(() -> EtcdDcs.open(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/nowhere/ca.pem");
    }
}
