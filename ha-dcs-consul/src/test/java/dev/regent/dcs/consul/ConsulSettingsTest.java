package dev.regent.dcs.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.dcs.consul.ConsulSettings.Consistency;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsulSettingsTest {
    @Test
    void anEmptySectionMeansTheAgentOfThisHost() {
        ConsulSettings settings = ConsulSettings.of(Map.of());

        assertThat(settings.address()).isEqualTo("http://127.0.0.1:8500");
        assertThat(settings.token()).isEmpty();
        assertThat(settings.verify()).isTrue();
        assertThat(settings.consistency()).isEqualTo(Consistency.DEFAULT);
    }

    @Test
    void theHostMayHaveAPortThatCountsWhenNoOtherIsSet() {
        assertThat(address("host", "consul.example")).isEqualTo("http://consul.example:8500");
        assertThat(address("host", "consul.example", "port", 8600)).isEqualTo("http://consul.example:8600");
        assertThat(address("host", "consul.example:8700", "port", "8600")).isEqualTo("http://consul.example:8600");
        assertThat(address("host", "[::1]:8700")).isEqualTo("http://[::1]:8700");
        assertThat(address("host", "::1")).isEqualTo("http://[::1]:8500");
        assertThat(address("host", "my_consul:8700")).isEqualTo("http://my_consul:8700");
    }

    @Test
    void aUrlSetsSchemeHostAndPort() {
        assertThat(address("url", "https://consul.example:8501/", "host", "other", "port", 1))
                .isEqualTo("https://consul.example:8501");
        assertThat(address("url", "HTTPS://consul.example")).isEqualTo("https://consul.example:8500");
    }

    @Test
    void allKeysAreRead() {
        ConsulSettings settings = ConsulSettings.of(Map.of(
                "scheme", "https",
                "token", "secret",
                "verify", "off",
                "cacert", "/ca.pem",
                "cert", "/cert.pem",
                "key", "/key.pem",
                "dc", "dc2",
                "consistency", "stale",
                "register_service", true));

        assertThat(settings.isTls()).isTrue();
        assertThat(settings.token()).contains("secret");
        assertThat(settings.verify()).isFalse();
        assertThat(settings.caCertificates()).contains(Path.of("/ca.pem"));
        assertThat(settings.certificate()).contains(Path.of("/cert.pem"));
        assertThat(settings.key()).contains(Path.of("/key.pem"));
        assertThat(settings.datacenter()).contains("dc2");
        assertThat(settings.consistency()).isEqualTo(Consistency.STALE);
    }

    @Test
    void wrongValuesAreRefusedWithWhatWasExpectedAndFound() {
        assertRefused("consul.scheme must be http or https, but is 'ftp'", "scheme", "ftp");
        assertRefused("consul.port must be a number from 1 to 65535, but is '65536'", "port", 65_536);
        assertRefused("consul.port must be a number from 1 to 65535, but is 'many'", "port", "many");
        assertRefused("consul.host must be HOST or HOST:PORT, but is 'a b'", "host", "a b");
        assertRefused("consul.url must be something like https://consul.example:8501, but is 'a:b c'", "url", "a:b c");
        assertRefused("consul.verify must be true or false, but is 'maybe'", "verify", "maybe");
        assertRefused(
                "consul.consistency must be default, consistent or stale, but is 'strong'", "consistency", "strong");
        assertRefused("consul.key is set without consul.cert: name the key's certificate too", "key", "/key.pem");
    }

    @Test
    void theTokenIsNeverShown() {
        assertThat(ConsulSettings.of(Map.of("token", "secret")).toString())
                .isEqualTo("ConsulSettings[http://127.0.0.1:8500, with a token]");
    }

    private static String address(String key, Object value) {
        return ConsulSettings.of(Map.of(key, value)).address();
    }

    private static String address(String key, Object value, String key2, Object value2) {
        return ConsulSettings.of(Map.of(key, value, key2, value2)).address();
    }

    private static String address(String key, Object value, String key2, Object value2, String key3, Object value3) {
        return ConsulSettings.of(Map.of(key, value, key2, value2, key3, value3)).address();
    }

    private static void assertRefused(String message, String key, Object value) {
        assertThatThrownBy(() -> ConsulSettings.of(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
