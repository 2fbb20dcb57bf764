package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DynamicConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Slots that are not members'. */
class SlotsIT {
    private static RealServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server = RealServer.withData("node-a", settings -> settings.parameter("wal_level", "logical"));
        server.database()
                .configure(DynamicConfig.of(Map.of(
                        "postgresql",
                        Map.of("parameters", Map.of("wal_level", "logical", "max_replication_slots", 10)),
                        "slots",
                        Map.of(
                                "cdc",
                                Map.of("database", "app", "plugin", "test_decoding"),
                                "backup",
                                Map.of("type", "physical")),
                        "ignore_slots",
                        List.of(Map.of("plugin", "test_decoding", "database", "postgres")))));
        server.database().startPrimary();
        server.execute("CREATE DATABASE app");
    }

    @AfterAll
    static void closeServer() throws Exception {
        server.close();
    }

    @Test
    void aLogicalSlotIsMadeInItsDatabaseAndShownWithWhatItsConsumerHasConfirmed() throws Exception {
        server.database().keepSlots(Set.of("cdc", "backup"));

        assertThat(server.ask("SELECT database || ' ' || plugin FROM pg_replication_slots WHERE slot_name = 'cdc'"))
                .isEqualTo("app test_decoding");
        assertThat(server.database().status().slots()).containsOnlyKeys("cdc", "backup");
        assertThat(server.database().status().slots().get("cdc").toString())
                .isEqualTo(server.ask("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = 'cdc'"));
    }

    @Test
    void aSlotOfAnotherKindThanConfiguredIsMadeAnew() throws Exception {
        server.database().keepSlots(Set.of());
        server.execute("SELECT pg_create_physical_replication_slot('cdc')");

        server.database().keepSlots(Set.of("cdc"));

        assertThat(server.ask("SELECT slot_type FROM pg_replication_slots WHERE slot_name = 'cdc'"))
                .isEqualTo("logical");
    }

    @Test
    void ignoredSlotsAreNeitherShownNorDropped() throws Exception {
        server.execute("SELECT pg_create_logical_replication_slot('theirs', 'test_decoding')");

        assertThat(server.database().status().slots()).doesNotContainKey("theirs");
        server.database().keepSlots(Set.of());

        assertThat(server.ask("SELECT count(*) FROM pg_replication_slots")).isEqualTo("1");
        server.execute("SELECT pg_drop_replication_slot('theirs')");
    }

    @Test
    void aSlotThatHasLostItsWalIsNotShownAndMadeAnew() throws Exception {
        server.database().keepSlots(Set.of("backup"));
        server.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
        server.execute("SELECT pg_reload_conf()");
        for (int i = 0; i < 20 && server.database().status().slots().containsKey("backup"); i++) {
            server.execute(
                    "CREATE TABLE IF NOT EXISTS filler AS SELECT repeat('x', 1000) FROM generate_series(1, 20000)");
            server.execute("DROP TABLE filler");
            server.execute("SELECT pg_switch_wal()");
            server.execute("CHECKPOINT");
        }
        assertThat(server.database().status().slots()).doesNotContainKey("backup");
        server.execute("ALTER SYSTEM RESET max_slot_wal_keep_size");
        server.execute("SELECT pg_reload_conf()");

        server.database().keepSlots(Set.of("backup"));

        assertThat(server.ask("SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'backup'"))
                .isEqualTo("reserved");
    }
}
