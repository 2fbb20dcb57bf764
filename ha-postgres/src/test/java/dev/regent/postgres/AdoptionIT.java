package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.PRIMARY;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.PendingRestart.Change;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.spi.StopMode;
import dev.regent.testkit.process.PostgresInstallation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that somebody has set up by hand becomes a managed one, without being stopped. */
class AdoptionIT {
    private static final String BY_HAND = """

            max_connections = 40
            work_mem = '3MB'
            shared_buffers = '16MB'
            unix_socket_directories = ''
            fsync = off
            listen_addresses = '127.0.0.1'
            """;

    @Test
    void aRunningServerGoesOnWithItsSettingsAndIsToldWhatARestartWouldChange() throws Exception {
        try (RealServer server = RealServer.withData("node-a", settings -> settings)) {
            Path data = server.dataDir();
            start(server);
            server.insert("from before");
            String startedAt = server.ask("SELECT pg_postmaster_start_time()");
            server.reopen();

            assertThat(server.database().status().state()).isEqualTo(PRIMARY);
            server.database()
                    .configure(DynamicConfig.of(Map.of("postgresql", Map.of("parameters", Map.of("work_mem", "9MB")))));

            assertThat(server.ask("SELECT pg_postmaster_start_time()")).isEqualTo(startedAt);
            assertThat(server.ask("SHOW work_mem")).isEqualTo("9MB");
            assertThat(server.ask("SHOW max_connections")).isEqualTo("40");
            assertThat(server.database().status().facts().pendingRestart().reasons())
                    .containsEntry("max_connections", new Change("40", "100"))
                    .containsEntry("cluster_name", new Change("", "test"))
                    .containsEntry("wal_log_hints", new Change("off", "on"))
                    .doesNotContainKeys("port", "listen_addresses");
            assertThat(data.resolve("postgresql.base.conf")).content().contains("work_mem = '3MB'");
            server.database().stop(StopMode.FAST);
            server.database().startPrimary();
            assertThat(server.ask("SHOW max_connections")).isEqualTo("100");
            assertThat(server.database().status().facts().pendingRestart().isDue())
                    .isFalse();
            assertThat(server.rows()).containsExactly("from before");
            try (RealServer replica = RealServer.create("node-b")) {
                replica.database().cloneFrom(server.asUpstream());
                server.database().changeSlots(SlotChanges.creating("node_b"));
                replica.database().startStandby(Optional.of(server.asUpstream()));
                RealServer.await("streaming", () -> replica.database().status().streaming());
            }
        }
    }

    @Test
    void aStoppedServerIsStartedWithItsSettingsBeneathOurs() throws Exception {
        try (RealServer server = RealServer.withData("node-a", settings -> settings)) {
            Files.writeString(
                    server.dataDir().resolve("postgresql.conf"), BY_HAND, java.nio.file.StandardOpenOption.APPEND);
            server.reopen();
            assertThat(server.database().status().state()).isEqualTo(STOPPED);

            server.database().startPrimary();

            assertThat(server.ask("SHOW work_mem")).isEqualTo("3MB");
            assertThat(server.ask("SHOW max_connections")).isEqualTo("100");
        }
    }

    private static void start(RealServer server) throws Exception {
        Files.writeString(
                server.dataDir().resolve("postgresql.conf"),
                BY_HAND + "port = " + server.settings().port() + "\n",
                java.nio.file.StandardOpenOption.APPEND);
        List<String> command = OsUser.of(server.settings().osUser())
                .command(List.of(
                        PostgresInstallation.find().bin().resolve("pg_ctl").toString(),
                        "-D",
                        server.dataDir().toString(),
                        "-w",
                        "-l",
                        "/dev/null",
                        "start"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
