package dev.regent.ha.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The section {@code standby_cluster} of the cluster-wide configuration: the whole cluster is a standby, its leader follows a
 * remote server. Immutable.
 *
 * @param addresses where the remote server may listen; none when the log comes from an archive alone
 * @param slotName the replication slot to use there; none when the remote cluster keeps none for this one
 * @param createReplicaMethods how members are created, in place of what {@code postgresql} says
 * @param recoveryParameters what the section says of {@code restore_command}, {@code archive_cleanup_command} and {@code
 *     recovery_min_apply_delay}
 */
public record StandbyCluster(
        List<Address> addresses,
        Optional<String> slotName,
        List<String> createReplicaMethods,
        Map<String, String> recoveryParameters) {

    private static final String SECTION = "standby_cluster";
    private static final String RESTORE_COMMAND = "restore_command";
    private static final String APPLY_DELAY = "recovery_min_apply_delay";
    private static final NodeName REMOTE = NodeName.of("the remote server");
    private static final int POSTGRES_PORT = 5432;

    public StandbyCluster {
        addresses = List.copyOf(addresses);
        createReplicaMethods = List.copyOf(createReplicaMethods);
        recoveryParameters = Map.copyOf(recoveryParameters);
    }

    /** Absent when the cluster follows nobody; a section that names neither host, port nor {@code restore_command} is none. */
    public static Optional<StandbyCluster> in(DynamicConfig config) {
        return config.value(SECTION).filter(StandbyCluster::isActive).map(StandbyCluster::from);
    }

    private static boolean isActive(JsonNode section) {
        return text(section, "host").isPresent()
                || text(section, "port").isPresent()
                || text(section, RESTORE_COMMAND).isPresent();
    }

    private static StandbyCluster from(JsonNode section) {
        Map<String, String> recovery = new TreeMap<>();
        for (String name : List.of(RESTORE_COMMAND, "archive_cleanup_command", APPLY_DELAY)) {
            text(section, name).ifPresent(value -> recovery.put(name, value));
        }
        List<String> methods = new ArrayList<>();
        section.path("create_replica_methods").forEach(method -> methods.add(method.asText()));
        return new StandbyCluster(
                addresses(text(section, "host"), text(section, "port").orElse("")),
                text(section, "primary_slot_name").map(NodeName::slotNameOf),
                methods,
                recovery);
    }

    /** As PostgreSQL reads both lists: one port is for all hosts, several are for one host each. */
    private static List<Address> addresses(Optional<String> hosts, String ports) {
        return hosts.map(list -> Address.listOf(list, ports, POSTGRES_PORT)).orElse(List.of());
    }

    private static Optional<String> text(JsonNode section, String key) {
        return section.hasNonNull(key)
                ? Optional.of(section.get(key).asText().strip()).filter(value -> !value.isEmpty())
                : Optional.empty();
    }

    /** The server that the leader follows. */
    public Optional<Upstream> upstream() {
        return addresses.isEmpty() ? Optional.empty() : Optional.of(new Upstream(REMOTE, addresses));
    }

    /** What members that follow the leader restore from the archive with; how late the leader replays is its own matter. */
    public Map<String, String> recoveryParametersOfMembers() {
        Map<String, String> shared = new TreeMap<>(recoveryParameters);
        shared.remove(APPLY_DELAY);
        return shared;
    }
}
