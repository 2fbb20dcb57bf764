package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.INCOMPLETE;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.Progress;
import dev.regent.testkit.process.PostgresInstallation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the data of replicas comes about, from one running primary. */
class ReplicaMethodsIT {
    private static RealServer primary;

    @BeforeAll
    static void startPrimary() throws Exception {
        primary = RealServer.withData("node-a");
        primary.database().startPrimary();
        primary.insert("one");
        // Something to copy that takes a moment
        primary.execute("CREATE TABLE filler AS SELECT repeat(md5(i::text), 100) FROM generate_series(1, 4000) i");
        primary.execute("CHECKPOINT");
    }

    @AfterAll
    static void closePrimary() throws Exception {
        primary.close();
    }

    @Test
    void theNextMethodIsTriedWhenOneFails() throws Exception {
        try (RealServer replica = RealServer.create(
                "node-b",
                settings -> settings.replicaMethods(List.of(
                        method(settings, "broken", Map.of()),
                        method(settings, "empty", Map.of()),
                        method(settings, "copy", Map.of("bucket", "s3://nightly", "fast", true)))))) {
            Script.write(replica, "broken", "touch " + replica.dataDir() + "/leftover", "exit 1");
            Script.write(replica, "empty");
            Script.write(
                    replica,
                    "copy",
                    "test ! -e " + replica.dataDir() + "/leftover",
                    PostgresInstallation.find().bin().resolve("pg_basebackup") + " --no-sync -c fast -D "
                            + replica.dataDir() + " -d \"${6#--connstring=}\"");

            replica.database().cloneFrom(primary.asUpstream());

            assertThat(replica.database().status().state()).isEqualTo(STOPPED);
            assertThat(replica.database().status().standbyData()).isTrue();
            assertThat(Script.arguments(replica, "copy"))
                    .startsWith(
                            "--bucket=s3://nightly",
                            "--fast=True",
                            "--scope=test",
                            "--role=replica",
                            "--datadir=" + replica.dataDir())
                    .last()
                    .asString()
                    .startsWith("--connstring=dbname=postgres user=replicator host=127.0.0.1 port=")
                    .doesNotContain("secret");
        }
    }

    @Test
    void whatAnEarlierAttemptLeftIsKeptForAMethodThatWantsIt() throws Exception {
        try (RealServer replica = RealServer.create(
                "node-b",
                settings -> settings.replicaMethods(
                        List.of(method(settings, "delta", Map.of("keep_data", true, "no_params", true)))))) {
            Script.write(replica, "delta", "touch " + replica.dataDir() + "/part", "exit 1");
            assertThatThrownBy(() -> replica.database().cloneFrom(primary.asUpstream()))
                    .hasMessageContaining("delta")
                    .hasMessageContaining("ended with 1");
            assertThat(replica.database().status().state()).isEqualTo(INCOMPLETE);
            Script.write(replica, "delta", "test -e " + replica.dataDir() + "/part", "exit 7");

            assertThatThrownBy(() -> replica.database().cloneFrom(primary.asUpstream()))
                    .hasMessageContaining("ended with 7");

            assertThat(Script.arguments(replica, "delta")).containsExactly("");
        }
    }

    @Test
    void dataIsRestoredWithoutAMemberByTheMethodsThatCan() throws Exception {
        try (RealServer replica = RealServer.create("node-b")) {
            assertThat(replica.database().status().canRestore()).isFalse();
            Map<String, Object> backup = new LinkedHashMap<>();
            backup.put("command", Script.folder(replica).resolve("restore").toString());
            backup.put("no_leader", true);
            replica.database()
                    .configure(DynamicConfig.of(Map.of(
                            "postgresql",
                            Map.of("create_replica_methods", List.of("basebackup", "backup"), "backup", backup))));
            Script.write(replica, "restore", "cp -a " + template() + "/. " + replica.dataDir());
            assertThat(replica.database().status().canRestore()).isTrue();

            replica.database().restore();

            assertThat(replica.database().status().state()).isEqualTo(STOPPED);
            assertThat(replica.database().status().standbyData()).isTrue();
            assertThat(Script.arguments(replica, "restore")).contains("--connstring=", "--no_leader=True");
        }
    }

    @Test
    void howFarACopyIsCanBeSeenWhileItGoesOn() throws Exception {
        try (RealServer replica = RealServer.create(
                "node-b", settings -> settings.basebackupOptions(List.of("--max-rate=6M", "--pgdata=/nowhere")))) {
            FutureTask<Void> clone = new FutureTask<>(() -> {
                replica.database().cloneFrom(primary.asUpstream());
                return null;
            });
            new Thread(clone).start();
            RealServer.await("a percentage", () -> {
                if (clone.isDone()) {
                    failed(clone);
                }
                return progress(replica)
                                .flatMap(Progress::percent)
                                .filter(now -> now > 0)
                                .isPresent()
                        && progress(replica)
                                .filter(now -> now.bytesPerSecond() > 0)
                                .isPresent();
            });
            Progress seen = progress(replica).orElseThrow();
            assertThat(seen.what()).isEqualTo("basebackup");
            assertThat(seen.total().orElseThrow()).isGreaterThan(20L << 20);
            assertThat(seen.text()).contains("% of ").endsWith("/s");

            clone.get();

            assertThat(progress(replica)).isEmpty();
            assertThat(replica.database().status().state()).isEqualTo(STOPPED);
        }
    }

    private static void failed(FutureTask<Void> clone) throws InterruptedException, ExecutionException {
        clone.get();
        throw new AssertionError("the copy was done before its progress was seen");
    }

    private static Optional<Progress> progress(RealServer server) {
        return server.database().status().facts().progress();
    }

    private static ReplicaMethod method(PostgresSettings.Builder settings, String name, Map<String, ?> keys) {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("command", settings.build().dataDir().resolveSibling(name).toString());
        keys.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(key -> section.put(key.getKey(), key.getValue()));
        return ReplicaMethod.of(name, section);
    }

    private static Path template() throws Exception {
        RealServer data = RealServer.withData("template");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeQuietly(data)));
        assertThat(Files.exists(data.dataDir())).isTrue();
        return data.dataDir();
    }

    private static void closeQuietly(RealServer server) {
        try {
            server.close();
        } catch (java.io.IOException leftover) {
            throw new java.io.UncheckedIOException(leftover);
        }
    }
}
