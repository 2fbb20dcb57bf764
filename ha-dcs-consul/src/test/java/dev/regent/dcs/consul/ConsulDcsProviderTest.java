package dev.regent.dcs.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsProvider;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ConsulDcsProviderTest {
    @Test
    void theServiceLoaderFindsIt() {
        assertThat(ServiceLoader.load(DcsProvider.class)).anyMatch(found -> found instanceof ConsulDcsProvider);
    }

    @Test
    void anEmptySectionIsTheLocalAgent() {
        try (Dcs store = new ConsulDcsProvider().open("consul", Map.of(), "/service/demo/", "demo-node1")) {
            assertThat(store).isInstanceOf(ConsulDcs.class);
        }
    }

    @Test
    void whatCannotBeReadIsSaidWithTheNameOfTheKey() {
        assertThatThrownBy(() ->
                        new ConsulDcsProvider().open("consul", Map.of("port", "x"), "/service/demo/", "demo-node1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("consul.port");
    }
}
