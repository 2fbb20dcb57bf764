package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.PRIMARY;
import static dev.regent.ha.model.DatabaseStatus.ServerState.UNRESPONSIVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.ServerHealth;
import dev.regent.ha.model.ServerHealth.Finding;
import dev.regent.ha.spi.StopMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes wrong around a real server that answers all the same. */
class HealthIT {
    private static RealServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server = RealServer.withData("node-a", settings -> settings.parameter("fsync", "on"));
        server.database().configure(looking(Map.of()));
        server.database().startPrimary();
        server.insert("before");
    }

    @AfterAll
    static void closeServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void isWell() throws Exception {
        RealServer.await(
                "the server is well",
                () -> health().isWell() && health().lastWrite().isPresent());
    }

    @Test
    void lostPermissionsAreToldAndTheServerIsStillAsked() throws Exception {
        Files.setPosixFilePermissions(server.dataDir(), PosixFilePermissions.fromString("r-x------"));
        try {
            RealServer.await("the finding", () -> health().finding() == Finding.NOT_WRITABLE);
            assertThat(server.database().status().state()).isEqualTo(PRIMARY);
        } finally {
            Files.setPosixFilePermissions(server.dataDir(), PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aFullDiskIsTold() throws Exception {
        server.database().configure(looking(Map.of("min_free_mb", 1_000_000_000)));
        RealServer.await("the finding", () -> health().finding() == Finding.DISK_FULL);

        server.database().configure(looking(Map.of()));
        RealServer.await("all is well again", () -> health().isWell());
    }

    @Test
    void aServerWhoseLogIsNotWrittenAnswersAndIsFoundOut() throws Exception {
        try (StuckLog stuck = StuckLog.of(server)) {
            assertThat(stuck).isNotNull();
            Thread client = StuckLog.inBackground(() -> server.insert("while stuck"));
            RealServer.await("the finding", () -> health().finding() == Finding.WRITES_STUCK);
            assertThat(server.database().status().state()).isEqualTo(PRIMARY);
            assertThat(client.isAlive()).isTrue();
            assertThat(server.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'Regent'"
                            + " AND query LIKE '%pg_logical_emit_message%'"))
                    .as("writes that have been tried")
                    .isEqualTo("1");
        }
        RealServer.await("all is well again", () -> health().isWell());
    }

    @Test
    void anIdleServerWritesNothingForItsHealth() throws Exception {
        String begin = server.ask("SELECT pg_current_wal_lsn()");
        Set<Optional<Duration>> looks = new HashSet<>();
        RealServer.await("some looks", () -> looks.add(health().lastWrite()) && looks.size() > 3);

        assertThat(written(begin)).doesNotContain("LogicalMessage");
    }

    @Test
    void filesThatCannotBeReadDoNotHoldUpWhoAsks() throws Exception {
        restart();
        try (UnreadableFile hanging = UnreadableFile.of(server)) {
            assertThat(hanging).isNotNull();
            RealServer.await("the finding", () -> health().finding() == Finding.STORAGE_HANGS);
            // Those of the servers of other tests are still ending
            long before = threads("regent-status");
            for (int i = 0; i < 100; i++) {
                DatabaseStatus status = server.database().status();
                assertThat(status.state()).isEqualTo(UNRESPONSIVE);
                assertThat(status.mayAcceptWrites()).isTrue();
            }
            assertThat(threads("regent-status")).isLessThanOrEqualTo(before + 1);
        }
        RealServer.await(
                "the server is seen again", () -> server.database().status().is(PRIMARY));
    }

    @Test
    void dataThatIsGoneIsToldUntilTheServerIsStopped() throws Exception {
        restart();
        Path aside = server.dataDir().resolveSibling("aside");
        Files.move(server.dataDir(), aside);
        try {
            RealServer.await("the finding", () -> health().finding() == Finding.DATA_GONE);
            assertThat(server.database().status().mayAcceptWrites()).isTrue();
            assertThat(health().finding().keepsFromServing()).isTrue();

            server.database().stop(StopMode.IMMEDIATE);
            assertThat(server.database().status().isRunning()).isFalse();
            assertThat(server.database().status().hasUsableData()).isFalse();
            assertThat(health().isWell()).isTrue();
        } finally {
            Files.move(aside, server.dataDir());
        }
        server.database().startPrimary();
        assertThat(server.rows()).contains("before");
    }

    /** A server looks after its files once a minute, counted from its start. */
    private static void restart() throws Exception {
        server.database().stop(StopMode.FAST);
        server.database().startPrimary();
    }

    private static String written(String since) throws Exception {
        Process dump = new ProcessBuilder(
                        server.settings().binDir().resolve("pg_waldump").toString(),
                        "--start=" + since,
                        "--path=" + server.dataDir().resolve("pg_wal"))
                .redirectErrorStream(true)
                .start();
        return new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static ServerHealth health() {
        return server.database().status().health();
    }

    private static DynamicConfig looking(Map<String, Object> more) {
        Map<String, Object> health = new LinkedHashMap<>(Map.of("interval", 1, "timeout", 1, "min_free_mb", 1));
        health.putAll(more);
        return DynamicConfig.of(Map.of("health", health));
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .count();
    }
}
