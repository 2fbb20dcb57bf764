package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.NodeName;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlledParametersTest {
    private static final PostgresSettings SETTINGS = PostgresSettings.of(
                    NodeName.of("node1"), "orders", Path.of("/srv/pg/orders"))
            .binDir(Path.of("/usr/bin"))
            .listen("10.0.0.1", 5433)
            .build();

    @Test
    void theCommandLineHasTheirOrderAndDefaults() {
        assertThat(of(16, Map.of()))
                .containsExactly(
                        Map.entry("listen_addresses", "10.0.0.1"),
                        Map.entry("port", "5433"),
                        Map.entry("cluster_name", "orders"),
                        Map.entry("wal_level", "replica"),
                        Map.entry("hot_standby", "on"),
                        Map.entry("max_connections", "100"),
                        Map.entry("max_wal_senders", "10"),
                        Map.entry("wal_keep_size", "128MB"),
                        Map.entry("max_prepared_transactions", "0"),
                        Map.entry("max_locks_per_transaction", "64"),
                        Map.entry("track_commit_timestamp", "off"),
                        Map.entry("max_replication_slots", "10"),
                        Map.entry("max_worker_processes", "8"),
                        Map.entry("wal_log_hints", "on"));
    }

    @Test
    void valuesBelowTheMinimumGiveWayToTheDefault() {
        Map<String, String> parameters = of(
                16,
                Map.of(
                        "max_connections", "24",
                        "max_wal_senders", "2",
                        "max_replication_slots", "x",
                        "hot_standby", "off",
                        "wal_level", "minimal",
                        "wal_log_hints", "maybe",
                        "wal_keep_size", "8MB"));

        assertThat(parameters).isEqualTo(of(16, Map.of()));
    }

    @Test
    void acceptedValuesAreTaken() {
        Map<String, String> parameters =
                of(16, Map.of("max_connections", "25", "wal_level", "Logical", "wal_keep_size", "1GB"));

        assertThat(parameters)
                .containsEntry("max_connections", "25")
                .containsEntry("wal_level", "Logical")
                .containsEntry("wal_keep_size", "1GB");
    }

    @Test
    void hotStandbyIsAnOldWordForReplica() {
        assertThat(of(16, Map.of("wal_level", "hot_standby"))).containsEntry("wal_level", "replica");
    }

    @Test
    void keptSegmentsBecomeASizeSince13AndStaySegmentsBefore() {
        assertThat(of(13, Map.of("wal_keep_segments", "100"))).containsEntry("wal_keep_size", "1600MB");
        assertThat(of(12, Map.of("wal_keep_segments", "100")))
                .containsEntry("wal_keep_segments", "100")
                .doesNotContainKey("wal_keep_size");
    }

    @Test
    void whatTheNodeIsToldBySettingsCannotBeChangedByTheCluster() {
        assertThat(of(16, Map.of("port", "1", "listen_addresses", "*", "cluster_name", "x")))
                .containsEntry("port", "5433")
                .containsEntry("listen_addresses", "10.0.0.1")
                .containsEntry("cluster_name", "orders");
    }

    private static Map<String, String> of(int majorVersion, Map<String, String> wanted) {
        return ControlledParameters.of(SETTINGS, majorVersion, wanted);
    }
}
