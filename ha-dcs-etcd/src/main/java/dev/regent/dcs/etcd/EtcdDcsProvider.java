package dev.regent.dcs.etcd;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsProvider;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds etcd by the sections {@code etcd3} and {@code etcd} of a configuration file. */
public final class EtcdDcsProvider implements DcsProvider {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdDcsProvider.class);
    private static final String OLD_SECTION = "etcd";

    public EtcdDcsProvider() {}

    @Override
    public Set<String> sections() {
        return Set.of("etcd3", OLD_SECTION);
    }

    @Override
    public Dcs open(String section, Map<String, ?> settings, String prefix, String client) {
        if (section.equals(OLD_SECTION)) {
            LOG.warn(
                    "the section etcd stands for version 2 of etcd's API, which etcd has dropped; version 3 is used, where"
                            + " entries written through version 2 are not seen: rename the section to etcd3");
        }
        return EtcdDcs.open(options(section, settings, prefix));
    }

    static EtcdOptions options(String section, Map<String, ?> settings, String prefix) {
        EtcdSection read = new EtcdSection(section, settings);
        List<URI> endpoints = read.endpoints();
        EtcdOptions options = EtcdOptions.of(
                prefix, endpoints.stream().map(EtcdSection::withoutUser).toArray(String[]::new));
        if (read.login(endpoints.get(0)).isPresent()) {
            EtcdOptions.Login login = read.login(endpoints.get(0)).get();
            options = options.withLogin(login.user(), login.password());
        }
        return read.tls().isPresent() ? options.withTls(read.tls().get()) : options;
    }
}
