package dev.regent.dcs.consul;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Consul is told of a member beyond its entries: what Patroni reads from the {@code consul} section. Immutable.
 *
 * @param register whether the member is to be found as a service of its agent, under the name of the cluster
 * @param tags what the service is tagged with besides its role
 * @param checkInterval how often the agent asks the member's REST API whether it has that role, for example {@code 5s}
 * @param checkTlsServerName the name that the certificate of that REST API has, where it is not that of its address
 * @param sessionChecks checks of the agent's node that end the member's session when they fail; none by default
 */
public record ServiceSettings(
        boolean register,
        List<String> tags,
        String checkInterval,
        Optional<String> checkTlsServerName,
        List<String> sessionChecks) {

    /** No service, and sessions that no check ends. */
    public static final ServiceSettings NONE = of(Map.of());

    private static final String DEFAULT_INTERVAL = "5s";

    public ServiceSettings {
        tags = tags.stream().sorted().toList();
        sessionChecks = List.copyOf(sessionChecks);
    }

    /**
     * Reads the keys {@code register_service}, {@code service_tags}, {@code service_check_interval}, {@code
     * service_check_tls_server_name} and {@code checks} of the section; others are for others to read.
     */
    public static ServiceSettings of(Map<String, ?> section) {
        return new ServiceSettings(
                ConsulSettings.isTrue(section, "register_service", false),
                list(section, "service_tags"),
                ConsulSettings.text(section, "service_check_interval").orElse(DEFAULT_INTERVAL),
                ConsulSettings.text(section, "service_check_tls_server_name"),
                list(section, "checks"));
    }

    private static List<String> list(Map<String, ?> section, String name) {
        @Nullable Object value = section.get(name);
        if (value instanceof List<?> several) {
            return several.stream().map(String::valueOf).toList();
        }
        return ConsulSettings.text(section, name).stream().toList();
    }
}
