package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.PRIMARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.spi.StopMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Configuration by role, in directories of its own, and configuration that is wrong, on real servers. */
class ServerRolesIT {
    private static final List<String> EVERYBODY =
            List.of("local all all trust", "host all all 127.0.0.1/32 scram-sha-256");

    @Test
    void aServerIsConfiguredForItsRoleAndAgainWhenThatChanges() throws Exception {
        try (RealServer server = RealServer.withData(
                "node-a",
                settings -> settings.overlay(
                        ServerRole.REPLICA,
                        new RoleOverlay(Map.of("work_mem", "5MB"), Optional.empty(), Optional.empty())))) {
            server.database()
                    .configure(postgresql(Map.of(
                            "parameters",
                            Map.of("work_mem", "9MB", "max_connections", 150),
                            "parameters_primary",
                            Map.of("work_mem", "8MB", "max_connections", 170),
                            "parameters_replica",
                            Map.of("work_mem", "6MB", "statement_timeout", "66s"),
                            "pg_hba_replica",
                            EVERYBODY)));
            server.database().startStandby(Optional.empty());
            assertThat(server.ask("SHOW work_mem")).isEqualTo("5MB");
            assertThat(server.ask("SHOW statement_timeout")).isEqualTo("66s");
            assertThat(server.dataDir().resolve("pg_hba.conf")).content().doesNotContain("replication");

            server.database().promote();

            assertThat(server.ask("SHOW work_mem")).isEqualTo("8MB");
            assertThat(server.ask("SHOW statement_timeout")).isEqualTo("0");
            assertThat(server.ask("SHOW max_connections")).isEqualTo("150");
            assertThat(server.dataDir().resolve("pg_hba.conf")).content().contains("replication");
        }
    }

    @Test
    void theConfigurationMayBeOutsideTheDataAndProgramsMayHaveOtherNames() throws Exception {
        try (RealServer server = RealServer.withData("node-a", settings -> elsewhere(settings))) {
            Path config = server.settings().configDir();
            server.database().configure(postgresql(Map.of("parameters", Map.of("work_mem", "9MB"))));
            server.database().startPrimary();

            assertThat(server.ask("SHOW config_file"))
                    .isEqualTo(config.resolve("main.conf").toString());
            assertThat(server.ask("SHOW hba_file"))
                    .isEqualTo(config.resolve("pg_hba.conf").toString());
            assertThat(server.ask("SHOW work_mem")).isEqualTo("9MB");
            assertThat(config.resolve("main.base.conf")).content().contains("shared_buffers");
            assertThat(server.dataDir().resolve("main.conf.backup")).exists();
            try (RealServer replica = RealServer.create("node-b", settings -> elsewhere(settings))) {
                replica.database().cloneFrom(server.asUpstream());
                server.database().changeSlots(SlotChanges.creating("node_b"));
                replica.database().startStandby(Optional.of(server.asUpstream()));

                Path own = replica.settings().configDir();
                assertThat(replica.ask("SHOW config_file"))
                        .isEqualTo(own.resolve("main.conf").toString());
                assertThat(own.resolve("main.base.conf")).hasSameTextualContentAs(config.resolve("main.base.conf"));
                RealServer.await("streaming", () -> replica.database().status().streaming());
            }
        }
    }

    private static PostgresSettings.Builder elsewhere(PostgresSettings.Builder settings) {
        PostgresSettings known = settings.build();
        Path basebackup = known.binDir().resolve("pg_basebackup");
        return settings.configDir(known.dataDir().resolveSibling("etc"))
                .configBaseName("main")
                .programName("pg_basebackup", basebackup.toString());
    }

    @Test
    void aWrongSettingDoesNotKeepAServerDownThatRanBefore() throws Exception {
        try (RealServer server = RealServer.withData("node-a")) {
            server.database().configure(postgresql(Map.of("parameters", Map.of("max_connections", 50))));
            server.database().startPrimary();
            server.database()
                    .configure(postgresql(Map.of(
                            "parameters",
                            Map.of(
                                    "shared_preload_libraries", "no_such_library",
                                    "max_connections", 60,
                                    "shared_buffers", "900TB",
                                    "work_mem", "9MB"))));
            server.database().stop(StopMode.FAST);

            server.database().startPrimary();

            assertThat(server.database().status().state()).isEqualTo(PRIMARY);
            assertThat(server.ask("SHOW shared_preload_libraries")).isEmpty();
            assertThat(server.ask("SHOW max_connections")).isEqualTo("60");
            assertThat(server.ask("SHOW work_mem")).isEqualTo("9MB");
        }
    }

    @Test
    void aLineOfTheAccessRulesThatIsWrongIsLeftOutAndTheOthersHold() throws Exception {
        try (RealServer server = RealServer.withData("node-a")) {
            List<String> lines = List.of(
                    "local all all trust",
                    "hosst all all 10.0.0.0/8 trust",
                    "host all all 127.0.0.1/32 scram-sha-256",
                    "host all somebody 10.0.0.0/8 reject");
            try (RealServer own = RealServer.withData("node-b", settings -> settings.pgHba(lines))) {
                own.database().startPrimary();
                assertThat(own.ask("SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL"))
                        .isEqualTo("0");
                assertThat(own.dataDir().resolve("pg_hba.conf")).content().contains("somebody");
            }
            server.database().startPrimary();
            assertThat(Files.readString(server.dataDir().resolve("pg_hba.conf")))
                    .doesNotContain("somebody");
        }
    }

    @Test
    void aLineOfTheAccessRulesThatIsWrongIsLeftOutOfARunningServer() throws Exception {
        try (RealServer server = RealServer.create("node-a", settings -> settings)) {
            CreatedData.copyTo(server);
            server.database().startPrimary();
            server.database()
                    .configure(postgresql(Map.of(
                            "pg_hba_primary",
                            List.of(
                                    "local all all trust",
                                    "host all all 127.0.0.1/32 scram-sha-256",
                                    "host all all nowhere/99 trust",
                                    "host all somebody 10.0.0.0/8 reject"))));

            assertThat(server.ask("SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL"))
                    .isEqualTo("0");
            assertThat(server.ask("SELECT count(*) FROM pg_hba_file_rules WHERE 'somebody' = ANY (user_name)"))
                    .isEqualTo("1");
        }
    }

    private static DynamicConfig postgresql(Map<String, ?> section) {
        return DynamicConfig.of(Map.of("postgresql", section));
    }
}
