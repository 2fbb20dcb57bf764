package dev.regent.dcs.consul;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsProvider;
import java.util.Map;
import java.util.Set;

/** Finds Consul by the section {@code consul} of a configuration file. */
public final class ConsulDcsProvider implements DcsProvider {
    public ConsulDcsProvider() {}

    @Override
    public Set<String> sections() {
        return Set.of("consul");
    }

    @Override
    public Dcs open(String section, Map<String, ?> settings, String prefix, String client) {
        return ConsulDcs.open(ConsulSettings.of(settings), prefix, client, ServiceSettings.of(settings));
    }
}
