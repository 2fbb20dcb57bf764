package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.SlotChanges;
import dev.regent.testkit.process.OrdinaryUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clusters and replicas from a backup that pgBackRest has made of a running server, with the WAL that it has archived. */
class BackupIT {
    private static RealServer origin;
    private static Path sockets;
    private static String pgbackrest;
    private static String pointInTime;

    @BeforeAll
    static void backUpARunningServer() throws Exception {
        origin = RealServer.withData(
                "origin",
                settings -> settings.parameter(
                        "unix_socket_directories",
                        settings.build().dataDir().resolveSibling("s").toString()));
        Path folder = Script.folder(origin);
        sockets = folder.resolve("s");
        Path config = folder.resolve("pgbackrest.conf");
        Files.writeString(config, """
                [global]
                repo1-path=%1$s/repo
                lock-path=%1$s/lock
                log-path=%1$s
                spool-path=%1$s
                log-level-file=off
                log-level-console=warn
                start-fast=y
                [orders]
                pg1-path=%2$s
                pg1-port=%3$d
                pg1-socket-path=%4$s
                pg1-user=%5$s
                """.formatted(
                        folder,
                        origin.dataDir(),
                        origin.settings().port(),
                        sockets,
                        origin.settings().superuser().username()));
        pgbackrest = "pgbackrest --config=" + config + " --stanza=orders";
        origin.database()
                .configure(parameters(Map.of(
                        "archive_mode",
                        "on",
                        "archive_command",
                        pgbackrest + " archive-push %p",
                        "max_connections",
                        130)));
        origin.database().startPrimary();
        origin.insert("in the backup");
        run(pgbackrest + " stanza-create");
        run(pgbackrest + " --type=full backup");
        awaitTheNextSecond();
        origin.insert("in the archive");
        pointInTime = origin.ask("SELECT clock_timestamp()");
        origin.insert("too late");
        origin.execute("SELECT pg_switch_wal()");
        RealServer.await(
                "the archive",
                () -> origin.ask("SELECT last_archived_time IS NOT NULL"
                                + " AND (SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready') = 0"
                                + " FROM pg_stat_archiver")
                        .equals("t"));
    }

    /** The end of a backup is known to pgBackRest to the second, and must be before the point in time. */
    private static void awaitTheNextSecond() throws Exception {
        String ended = origin.ask("SELECT date_trunc('second', clock_timestamp())");
        RealServer.await(
                "the next second",
                () -> origin.ask("SELECT date_trunc('second', clock_timestamp()) > '" + ended + "'")
                        .equals("t"));
    }

    @AfterAll
    static void closeOrigin() throws IOException {
        origin.close();
    }

    @Test
    void aNewClusterBeginsAtAPointInTimeOfAnother() throws Exception {
        assertThat(rowsOfNewCluster("restore", Optional.of(Map.of("recovery_target_time", pointInTime))))
                .containsExactly("in the backup", "in the archive");
    }

    @Test
    void theSettingsForRecoveryMayBeThoseOfTheProgramThatRestores() throws Exception {
        assertThat(rowsOfNewCluster(
                        "--type=time --target='" + pointInTime + "' --target-action=promote restore", Optional.empty()))
                .containsExactly("in the backup", "in the archive");
    }

    @Test
    void withoutATargetEverythingThatWasArchivedIsThere() throws Exception {
        assertThat(rowsOfNewCluster("restore", Optional.of(Map.of())))
                .containsExactly("in the backup", "in the archive", "too late");
    }

    private static List<String> rowsOfNewCluster(String command, Optional<Map<String, String>> target)
            throws Exception {
        try (RealServer server = RealServer.create(
                "node-a",
                settings -> settings.bootstrapMethod(BootstrapMethod.of(
                        "pgbackrest",
                        pgbackrest + " --pg1-path=" + settings.build().dataDir() + " " + command,
                        Map.of("no_params", true, "keep_existing_recovery_conf", target.isEmpty()),
                        target.map(to -> recovery(settings, to)))))) {
            server.database().create(parameters(Map.of("max_connections", 60)));
            assertThat(server.database().status().state()).isEqualTo(STOPPED);
            assertThat(server.database().status().standbyData()).isFalse();

            server.database().startPrimary();

            assertThat(server.database().status().wal().timeline()).isEqualTo(2);
            assertThat(server.ask("SHOW max_connections")).isEqualTo("60");
            assertThat(server.ask("SHOW restore_command") + server.ask("SHOW recovery_target_time"))
                    .isEmpty();
            assertThat(server.ask("SHOW archive_mode")).isEqualTo("off");
            return server.rows();
        }
    }

    @Test
    void aReplicaComesFromTheBackupAndGoesOnFromThePrimary() throws Exception {
        try (RealServer replica = RealServer.create(
                "node-b",
                settings -> settings.recoveryParameters(Map.of("restore_command", archiveGet(settings)))
                        .replicaMethods(List.of(ReplicaMethod.of(
                                "pgbackrest",
                                Map.of(
                                        "command",
                                        pgbackrest + " --pg1-path="
                                                + settings.build().dataDir() + " --delta restore",
                                        "keep_data",
                                        true,
                                        "no_leader",
                                        true,
                                        "no_params",
                                        true)))))) {
            assertThat(replica.database().status().canRestore()).isTrue();
            replica.database().restore();
            origin.database().changeSlots(SlotChanges.creating("node_b"));

            replica.database().startStandby(Optional.of(origin.asUpstream()));

            RealServer.await("streaming", () -> replica.database().status().streaming());
            RealServer.await("all rows", () -> replica.rows().size() == 3);
            assertThat(replica.ask("SHOW max_connections")).isEqualTo("130");
        }
    }

    private static Map<String, String> recovery(PostgresSettings.Builder settings, Map<String, String> target) {
        Map<String, String> recovery = new HashMap<>(target);
        recovery.put("restore_command", archiveGet(settings));
        return recovery;
    }

    private static String archiveGet(PostgresSettings.Builder settings) {
        return pgbackrest + " --pg1-path=" + settings.build().dataDir() + " archive-get %f \"%p\"";
    }

    private static DynamicConfig parameters(Map<String, ?> parameters) {
        return DynamicConfig.of(Map.of("postgresql", Map.of("parameters", parameters)));
    }

    /** As the user that owns the server's files. */
    private static void run(String command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(ShellWords.of(command));
        ProcessBuilder builder =
                new ProcessBuilder(OsUser.of(OrdinaryUser.choose().name()).command(words)).redirectErrorStream(true);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + ": " + output).isZero();
    }
}
