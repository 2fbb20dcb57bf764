package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.PRIMARY;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STANDBY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.PendingRestart;
import dev.regent.ha.model.PendingRestart.Change;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.spi.StopMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the cluster's configuration becomes on real servers, and which files they have afterwards. */
class ServerConfigIT {
    private RealServer server;

    @BeforeEach
    void createServer() throws Exception {
        server = RealServer.withData("node-a");
    }

    @AfterEach
    void closeServer() throws Exception {
        server.close();
    }

    @Test
    void theConfigurationIsInForceFromTheStartAndWhenItChanges() throws Exception {
        configure(Map.of("work_mem", "8MB", "max_connections", 50));
        server.database().startPrimary();
        assertThat(server.ask("SHOW work_mem")).isEqualTo("8MB");
        assertThat(server.ask("SHOW max_connections")).isEqualTo("50");

        configure(Map.of("work_mem", "9MB", "max_connections", 50));

        assertThat(server.ask("SHOW work_mem")).isEqualTo("9MB");
        assertThat(pendingRestart(server)).isEmpty();
    }

    @Test
    void whatNeedsARestartIsReportedUntilThereIsOne() throws Exception {
        server.database().startPrimary();

        configure(Map.of("max_connections", 60, "shared_buffers", "32MB", "huge_pages", "off"));

        assertThat(pendingRestart(server))
                .containsOnly(
                        Map.entry("max_connections", new Change("100", "60")),
                        Map.entry("huge_pages", new Change("try", "off")));
        assertThat(server.ask("SHOW max_connections")).isEqualTo("100");
        server.database().stop(StopMode.FAST);
        server.database().startPrimary();
        assertThat(pendingRestart(server)).isEmpty();
        assertThat(server.ask("SHOW max_connections")).isEqualTo("60");
    }

    @Test
    void valuesThatTheServerCannotTakeAreLeftOutAndTheRestIsApplied() throws Exception {
        server.database().startPrimary();

        configure(Map.of("work_mem", "much", "no_such_parameter", 1, "statement_timeout", "77s", "extension.own", "x"));

        assertThat(server.ask("SHOW statement_timeout")).isEqualTo("77s");
        assertThat(server.ask("SHOW work_mem")).isEqualTo("4MB");
        assertThat(server.ask("SHOW extension.own")).isEqualTo("x");
        server.database().stop(StopMode.FAST);
        server.database().startPrimary();
        assertThat(server.database().status().state()).isEqualTo(PRIMARY);
    }

    @Test
    void aNodeOverridesOrdinaryParametersButNotControlledOnes() throws Exception {
        try (RealServer own = RealServer.withData(
                "node-b",
                settings -> settings.parameters(
                        Map.of("work_mem", "5MB", "max_connections", "33", "wal_level", "minimal")))) {
            own.database().configure(dynamic(Map.of("work_mem", "9MB", "max_connections", 55)));
            own.database().startPrimary();

            assertThat(own.ask("SHOW work_mem")).isEqualTo("5MB");
            assertThat(own.ask("SHOW max_connections")).isEqualTo("55");
            assertThat(own.ask("SHOW wal_level")).isEqualTo("replica");
        }
    }

    @Test
    void aStandbyNeverHasLessThanItsUpstreamHad() throws Exception {
        configure(Map.of("max_connections", 120));
        server.database().startPrimary();
        try (RealServer standby = RealServer.create("node-b")) {
            standby.database().configure(dynamic(Map.of("max_connections", 50)));
            standby.database().cloneFrom(server.asUpstream());
            server.database().changeSlots(SlotChanges.creating("node_b"));
            standby.database().startStandby(Optional.of(server.asUpstream()));

            assertThat(standby.ask("SHOW max_connections")).isEqualTo("120");
            assertThat(pendingRestart(standby)).containsOnly(Map.entry("max_connections", new Change("120", "50")));
        }
    }

    @Test
    void theFilesAreThoseThatAnotherAgentExpects() throws Exception {
        configure(Map.of("work_mem", "8MB"));
        server.database().startPrimary();
        try (RealServer standby = RealServer.create("node-b")) {
            standby.database().cloneFrom(server.asUpstream());
            server.database().changeSlots(SlotChanges.creating("node_b"));
            standby.database().startStandby(Optional.of(server.asUpstream()));
            Path data = standby.dataDir();
            Path pgpass = standby.settings().pgpass();

            assertThat(data.resolve("postgresql.conf"))
                    .content()
                    .startsWith("# Do not edit this file manually!\n")
                    .contains("\ninclude 'postgresql.base.conf'\n")
                    .contains("\ncluster_name = 'test'\n")
                    .contains("\n# recovery.conf\nprimary_conninfo = 'dbname=postgres user=replicator passfile="
                            + pgpass + " host=127.0.0.1 port="
                            + server.settings().port() + " sslmode=prefer application_name=node-b ")
                    .contains("\nprimary_slot_name = 'node_b'\n")
                    .contains("\nrecovery_target_timeline = 'latest'\n")
                    .doesNotContain("secret");
            assertThat(pgpass)
                    .hasContent("127.0.0.1:" + server.settings().port() + ":*:replicator:it's secret\\: \\\\");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pgpass)))
                    .isEqualTo("rw-------");
            assertThat(List.of(
                            "standby.signal",
                            "postgresql.base.conf",
                            "postgresql.conf.backup",
                            "postgresql.base.conf.backup",
                            "pg_hba.conf.backup",
                            "patroni.dynamic.json"))
                    .allSatisfy(name -> assertThat(data.resolve(name)).exists());
            assertThat(Files.readString(data.resolve("postmaster.opts")))
                    .contains("\"--config-file=" + data.resolve("postgresql.conf")
                            + "\" \"--listen_addresses=127.0.0.1\"")
                    .contains("\"--wal_log_hints=on\"");
            assertNoLeftovers(standby.settings().workDir());
        }
    }

    @Test
    void aNewOwnerKeepsTheConfigurationThatItHasNotBeenToldYet() throws Exception {
        configure(Map.of("work_mem", "8MB"));
        server.database().startPrimary();
        server.database().setSynchronousStandbyNames("\"node-b\"");
        server.reopen();

        server.database().setSynchronousStandbyNames("\"node-c\"");

        assertThat(server.ask("SHOW work_mem")).isEqualTo("8MB");
        assertThat(server.database().status().synchronousStandbyNames()).isEqualTo("\"node-c\"");
    }

    @Test
    void aNodesOwnSettingsMayChangeWhileItRuns() throws Exception {
        configure(Map.of("work_mem", "8MB"));
        server.database().startPrimary();
        PostgresSettings changed = RealServer.settings(
                        "node-a", server.dataDir(), server.settings().port())
                .parameters(Map.of("work_mem", "7MB", "shared_buffers", "17MB"))
                .pgHba(List.of("host all somebody 10.0.0.0/8 reject"))
                .build();

        server.database().use(changed);
        assertThat(server.ask("SHOW work_mem")).isEqualTo("8MB");
        configure(Map.of("work_mem", "8MB"));

        assertThat(server.ask("SHOW work_mem")).isEqualTo("7MB");
        assertThat(pendingRestart(server)).containsOnly(Map.entry("shared_buffers", new Change("16MB", "17MB")));
        assertThat(server.ask("SELECT count(*) FROM pg_hba_file_rules WHERE 'somebody' = ANY (user_name)"))
                .isEqualTo("1");
        assertThat(server.database().lastConfig()).isPresent();
        server.reopen();
        assertThat(server.database().lastConfig()).contains(dynamic(Map.of("work_mem", "8MB")));
    }

    @Test
    void aServerWithoutTcpForOthersIsReachedByItsSocket() throws Exception {
        try (RealServer hidden = RealServer.create(
                "node-b",
                settings -> settings.unixSocketDir(server.settings().workDir().resolveSibling("s"))
                        .parameter(
                                "unix_socket_directories",
                                server.settings().workDir().resolveSibling("s").toString())
                        .superuser(Credentials.withoutPassword("postgres")))) {
            hidden.database().create();
            hidden.database().startPrimary();

            assertThat(hidden.database().status().state()).isEqualTo(PRIMARY);
            hidden.database().changeSlots(SlotChanges.creating("one"));
            assertThat(hidden.database().status().slots()).containsOnlyKeys("one");
        }
    }

    @Test
    void aSlotInUseIsNotDropped() throws Exception {
        server.database().startPrimary();
        try (RealServer standby = RealServer.create("node-b")) {
            standby.database().cloneFrom(server.asUpstream());
            server.database().changeSlots(SlotChanges.creating("node_b", "idle"));
            standby.database().startStandby(Optional.of(server.asUpstream()));
            RealServer.await("streaming", () -> standby.database().status().streaming());

            server.database().changeSlots(SlotChanges.dropping("node_b", "idle"));

            assertThat(server.database().status().slots()).containsOnlyKeys("node_b");
            standby.database().changeSlots(SlotChanges.creating("cascade"));
            assertThat(standby.database().status().state()).isEqualTo(STANDBY);
            assertThat(standby.database().status().slots()).containsOnlyKeys("cascade");
        }
    }

    @Test
    void whatWasCommittedBeforeAPromotionDidNotWaitForTheStandbysOfTheNewPrimary() throws Exception {
        server.database().startPrimary();
        server.insert("one");
        server.database().stop(StopMode.FAST);
        server.database().startStandby(Optional.empty());
        server.database().setSynchronousStandbyNames("\"node-b\"");

        server.database().promote();

        DatabaseStatus promoted = server.database().status();
        assertThat(promoted.synchronousStandbyNames()).isEqualTo("\"node-b\"");
        assertThat(promoted.history()).hasSize(1);
        assertThat(promoted.synchronousSince())
                .isGreaterThanOrEqualTo(promoted.history().get(0).position());
    }

    @Test
    void aLogThatHasGrownTooLargeIsCutWhileTheServerWritesToIt() throws Exception {
        server.database().startPrimary();
        ServerLog log = new ServerLog(server.settings().workDir());

        log.rotate();
        server.database().configure(dynamic(Map.of("log_statement", "all")));
        server.execute("SELECT 'written after the cut'");

        assertThat(log.file()).content().contains("written after the cut").doesNotContain("starting PostgreSQL");
        assertThat(log.file().resolveSibling("server.log.1")).content().contains("starting PostgreSQL");
    }

    private static Map<String, Change> pendingRestart(RealServer server) {
        PendingRestart pending = server.database().status().facts().pendingRestart();
        assertThat(pending.isDue()).isEqualTo(!pending.reasons().isEmpty());
        return pending.reasons();
    }

    private void configure(Map<String, ?> parameters) throws Exception {
        server.database().configure(dynamic(parameters));
    }

    private static DynamicConfig dynamic(Map<String, ?> parameters) {
        return DynamicConfig.of(Map.of("postgresql", Map.of("parameters", parameters)));
    }

    private static void assertNoLeftovers(Path workDir) throws Exception {
        try (var files = Files.list(workDir)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .doesNotContain(UnfinishedWork.FILE, "pgpass.tool", "initdb.password", "postgresql.conf.draft");
        }
    }
}
