package dev.regent.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.dcs.etcd.EtcdOptions.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EtcdOptionsTest {
    private static final String PREFIX = "/service/demo/";

    @Test
    void thePrefixHasOneSlashAtEachEndAndBetweenItsParts() {
        assertThat(EtcdOptions.of("service//demo", "http://a").prefix()).isEqualTo(PREFIX);
    }

    @Test
    void anEndpointIsKeptOnceAndWithItsPort() {
        assertThat(EtcdOptions.of(PREFIX, "http://a", "http://a:2379", "https://[::1]")
                        .endpoints())
                .containsExactly(URI.create("http://a:2379"), URI.create("https://[::1]:2379"));
    }

    @Test
    void aPasswordIsNotInTheTextOfTheOptions() {
        assertThat(EtcdOptions.of(PREFIX, "http://a").withLogin("u", "secret").toString())
                .doesNotContain("secret");
    }

    @Test
    void whatCannotBeUsedIsNamedWithWhatWasExpected() {
        assertThatThrownBy(() -> EtcdOptions.of(PREFIX)).hasMessageContaining("at least one");
        assertThatThrownBy(() -> EtcdOptions.of(PREFIX, "a:2379"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such as http://10.0.0.1:2379, found \"a:2379\"");
        assertThatThrownBy(() -> EtcdOptions.of(PREFIX, "http://a b")).hasMessageContaining("\"http://a b\"");
        assertThatThrownBy(() -> EtcdOptions.of(PREFIX, "http://a").withCallTimeout(Duration.ZERO))
                .hasMessageContaining("above zero");
        assertThatThrownBy(() -> EtcdOptions.of(PREFIX, "http://a").withLogin("u", ""))
                .hasMessageContaining("a user and a password");
    }

    @Test
    void aCertificateFileThatCannotBeReadIsToldWhenTheStoreIsOpened() {
        Tls missing = new Tls(Optional.of(Path.of("/nowhere/ca.pem")), Optional.empty());

        assertThatThrownBy(
                        () -> EtcdDcs.open(EtcdOptions.of(PREFIX, "https://a").withTls(missing)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/nowhere/ca.pem");
    }
}
