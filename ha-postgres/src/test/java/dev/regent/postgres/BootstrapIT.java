package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.INCOMPLETE;
import static dev.regent.ha.model.DatabaseStatus.ServerState.PRIMARY;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.spi.DatabaseException;
import dev.regent.testkit.process.PostgresInstallation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a new cluster comes about on a real server. */
class BootstrapIT {
    private static final Path PSQL = PostgresInstallation.find().bin().resolve("psql");

    @Test
    void aScriptPreparesTheNewClusterBeforeAnybodyElseCanReachIt() throws Exception {
        try (RealServer server =
                RealServer.create("node-a", settings -> settings.postBootstrap("/bin/sh -e " + script(settings)))) {
            Script.write(
                    server,
                    "post.sh",
                    PSQL + " -XAtc \"CREATE TABLE prepared AS SELECT current_setting('listen_addresses') AS open,"
                            + " current_setting('work_mem') AS work_mem, current_setting('synchronous_commit') AS sync\""
                            + " -d \"$1\"",
                    "test -f \"$PGPASSFILE\"",
                    // Somebody's own way of creating the user must not be in the way
                    PSQL + " -XAtc 'CREATE ROLE replicator' -d \"$1\"");
            server.database()
                    .create(DynamicConfig.of(Map.of("postgresql", Map.of("parameters", Map.of("work_mem", "7MB")))));

            assertThat(server.database().status().state()).isEqualTo(STOPPED);
            assertThat(Script.arguments(server, "post.sh"))
                    .singleElement()
                    .asString()
                    .startsWith("dbname=postgres user=postgres host=/")
                    .endsWith("port=" + server.settings().port());
            server.database().startPrimary();
            assertThat(server.ask("SELECT open || '/' || work_mem || '/' || sync FROM prepared"))
                    .isEqualTo("/7MB/local");
            assertThat(server.ask("SELECT rolreplication AND rolcanlogin FROM pg_roles WHERE rolname = 'replicator'"))
                    .isEqualTo("t");
            assertThat(List.of("pgpass.script", "private.hba", "sockets", UnfinishedWork.FILE))
                    .noneMatch(name -> Files.exists(server.settings().workDir().resolve(name)));
        }
    }

    private static Path script(PostgresSettings.Builder settings) {
        return settings.build().dataDir().resolveSibling("post.sh");
    }

    @Test
    void aScriptThatFailsLeavesNoClusterAndNoServer() throws Exception {
        try (RealServer server = RealServer.create(
                "node-a", settings -> settings.postBootstrap(script(settings).toString()))) {
            Script.write(server, "post.sh", "echo it does not like it >&2", "exit 3");

            assertThatThrownBy(server.database()::create)
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("exit code 3")
                    .hasMessageContaining("it does not like it");

            assertThat(server.database().status().state()).isEqualTo(INCOMPLETE);
            assertThat(server.processes().living()).isEmpty();
            Script.write(server, "post.sh");
            server.database().create();
            assertThat(server.database().status().state()).isEqualTo(STOPPED);
        }
    }

    @Test
    void optionsThatAreNotForPeopleAreRefused() throws Exception {
        try (RealServer server =
                RealServer.create("node-a", settings -> settings.initdbOptions(List.of("--pwfile=/x")))) {
            assertThatThrownBy(server.database()::create).hasMessageContaining("pwfile");
        }
    }

    @Test
    void aProgramBringsTheDataOfTheNewCluster() throws Exception {
        try (RealServer origin = RealServer.withData("origin")) {
            origin.database()
                    .configure(DynamicConfig.of(
                            Map.of("postgresql", Map.of("parameters", Map.of("max_connections", 300)))));
            origin.database().startPrimary();
            origin.insert("from the backup");
            origin.execute("ALTER ROLE replicator PASSWORD 'another'");
            try (RealServer server = RealServer.create(
                    "node-a",
                    settings -> settings.newClusterPgHba(List.of("host all somebody 10.0.0.0/8 reject"))
                            .bootstrapMethod(BootstrapMethod.of(
                                    "copy",
                                    settings.build().dataDir().resolveSibling("copy.sh") + " --profile 'blue green'",
                                    Map.of("command", "unused", "bucket", "s3://nightly", "no_params", false),
                                    Optional.empty())))) {
                Script.write(server, "copy.sh", copyOf(origin, server));

                server.database().create();

                assertThat(Script.arguments(server, "copy.sh"))
                        .containsExactly(
                                "--profile",
                                "blue green",
                                "--scope=test",
                                "--datadir=" + server.dataDir(),
                                "--bucket=s3://nightly");
                assertThat(server.database().status().state()).isEqualTo(STOPPED);
                assertThat(server.dataDir().resolve("patroni.dynamic.json")).doesNotExist();
                server.database().startPrimary();
                assertThat(server.database().status().state()).isEqualTo(PRIMARY);
                assertThat(server.rows()).containsExactly("from the backup");
                assertThat(server.ask("SHOW max_connections")).isEqualTo("100");
                // The users have the passwords that this cluster's members know
                try (RealServer replica = RealServer.create("node-b")) {
                    replica.database().cloneFrom(server.asUpstream());
                }
            }
        }
    }

    /** A base backup of a running server, as any tool makes one. */
    private static String copyOf(RealServer origin, RealServer server) {
        return "PGPASSWORD=\"" + RealServer.PASSWORD.replace("\\", "\\\\") + "\" "
                + PostgresInstallation.find().bin().resolve("pg_basebackup") + " --no-sync -c fast -h 127.0.0.1 -p "
                + origin.settings().port() + " -U postgres -D " + server.dataDir();
    }
}
