package dev.regent.agent.config;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsProvider;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which store the cluster is kept in, and how it is reached. Immutable. */
public record StoreSection(String name, Section section, String namespace) {
    private static final Set<String> NOT_SUPPORTED = Set.of("zookeeper", "exhibitor", "kubernetes", "raft");
    private static final String DEFAULT_NAMESPACE = "service";

    static StoreSection of(Section root) {
        Set<String> supported = supported();
        List<String> present =
                root.keys().stream().filter(supported::contains).sorted().toList();
        if (present.size() > 1) {
            throw new IllegalArgumentException(root.source() + ": expected one store, found the sections "
                    + String.join(" and ", present) + ": remove all but one");
        }
        if (present.isEmpty()) {
            throw new IllegalArgumentException(root.source() + ": expected a section that says where the store is ("
                    + String.join(", ", supported) + "), found " + whatIsThere(root, supported));
        }
        String name = present.get(0);
        return new StoreSection(
                name,
                root.section(name),
                root.text("namespace").orElse(DEFAULT_NAMESPACE).replaceAll("^/+|/+$", ""));
    }

    private static String whatIsThere(Section root, Set<String> supported) {
        for (String key : root.keys()) {
            if (NOT_SUPPORTED.contains(key)) {
                return key + ", which Regent does not support: move the cluster to one of these";
            }
        }
        for (String key : root.keys()) {
            boolean unknown = !KnownKeys.isKnown(key);
            List<String> meant =
                    unknown ? Spelling.nearest(key, supported).stream().toList() : List.of();
            if (!meant.isEmpty()) {
                return key + ": did you mean " + meant.get(0) + "?";
            }
        }
        return "none: add one, for example \"etcd3: {hosts: [10.0.0.1:2379]}\"";
    }

    static Set<String> supported() {
        return providers()
                .flatMap(provider -> provider.sections().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<DcsProvider> providers() {
        return ServiceLoader.load(DcsProvider.class).stream().map(provider -> provider.get());
    }

    /** Opens the store for one cluster, on behalf of the client, without connecting. */
    public Dcs open(String scope, String client) {
        Map<String, Object> settings = section.values();
        return providers()
                .filter(provider -> provider.sections().contains(name))
                .findFirst()
                .orElseThrow()
                .open(name, settings, "/" + namespace + "/" + scope + "/", scope + "-" + client);
    }
}
