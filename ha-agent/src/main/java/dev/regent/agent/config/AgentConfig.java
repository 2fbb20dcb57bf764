package dev.regent.agent.config;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one agent is told by its configuration, checked as far as that is possible without looking around. Immutable.
 *
 * @param newClusterConfig the cluster-wide configuration if this agent creates the cluster
 * @param takesForeignCommands whether commands in the cluster-wide configuration are run here
 * @param warnings what a person should know of the configuration, though the agent can start
 */
public record AgentConfig(
        String source,
        String scope,
        NodeName name,
        StoreSection store,
        RestApiSection restApi,
        PostgresqlSection postgresql,
        BootstrapSection bootstrap,
        DynamicConfig newClusterConfig,
        WatchdogSection watchdog,
        Tags tags,
        ElectionSection election,
        LogSection log,
        boolean takesForeignCommands,
        List<String> warnings) {

    public AgentConfig {
        warnings = List.copyOf(warnings);
    }

    /** Wrong content is an {@link IllegalArgumentException} for people, with the source and the path of the key. */
    public static AgentConfig of(Section root) {
        TypeCheck.check(root);
        StoreSection store = StoreSection.of(root);
        String scope = root.needed("scope", "the name of the cluster", "demo");
        if (scope.indexOf('/') >= 0) {
            throw root.wrong("scope", "a name without '/'", scope);
        }
        NodeName name = name(root);
        RestApiSection restApi = RestApiSection.of(root.section("restapi"), root.section("ctl"));
        List<String> warnings = new ArrayList<>(root.warnings());
        warnings.addAll(KnownKeys.warnings(root));
        restApi.warning().ifPresent(warnings::add);
        warnings.addAll(BootstrapSection.warnings(root.section("bootstrap")));
        Tags tags = tags(root);
        ElectionSection election = ElectionSection.of(root.section("election"), tags);
        election.warning().ifPresent(warnings::add);
        return new AgentConfig(
                root.source(),
                scope,
                name,
                store,
                restApi,
                PostgresqlSection.of(root.section("postgresql")),
                BootstrapSection.of(root.section("bootstrap")),
                newClusterConfig(root.section("bootstrap")),
                WatchdogSection.of(root.section("watchdog")),
                tags,
                election,
                LogSection.of(root.section("log")),
                root.section("postgresql").flag("dynamic_commands", true),
                warnings);
    }

    private static NodeName name(Section root) {
        String name = root.needed("name", "the name of this member, unique in its cluster", "node1");
        try {
            return NodeName.of(name);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(root.place("name") + ": " + refused.getMessage(), refused);
        }
    }

    private static DynamicConfig newClusterConfig(Section bootstrap) {
        Section dcs = bootstrap.section("dcs");
        return dcs.isEmpty() ? DynamicConfig.DEFAULT : DynamicConfig.of(dcs.values());
    }

    private static Tags tags(Section root) {
        Section section = root.section("tags");
        Map<String, Object> tags = new LinkedHashMap<>();
        section.values().forEach((tag, value) -> {
            if (value instanceof Map || value instanceof List) {
                throw section.wrong(tag, "text, a number, true or false", value);
            }
            if (value != null) {
                tags.put(tag, value);
            }
        });
        return new Tags(tags);
    }

    /** {@code http://HOST:PORT/patroni}, or with https, which tools and other members expect. */
    public String apiUrl() {
        return restApi.apiUrl();
    }

    /** {@code postgres://HOST:PORT/DATABASE} of the proxy that clients are to use. */
    public Optional<String> proxyUrl() {
        return postgresql.proxy().map(address -> "postgres://" + address + "/" + postgresql.database());
    }

    /** {@code postgres://HOST:PORT/DATABASE}. */
    public String connUrl() {
        Address address = postgresql.advertised();
        return "postgres://" + address + "/" + postgresql.database();
    }
}
