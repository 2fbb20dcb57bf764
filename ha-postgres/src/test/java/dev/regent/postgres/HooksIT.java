package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.PRIMARY;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STANDBY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.spi.RefusedException;
import dev.regent.ha.spi.StopMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person's commands around the life of a server. */
class HooksIT {
    private Path folder;
    private Path told;

    @BeforeEach
    void createFolder() throws Exception {
        folder = Files.createTempDirectory("regent-hooks");
        told = Files.createFile(folder.resolve("told"));
        for (Path path : List.of(folder, told)) {
            Files.setPosixFilePermissions(path, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        }
    }

    @AfterEach
    void deleteFolder() throws Exception {
        DataDirectory.deleteTree(folder);
    }

    @Test
    void callbacksAreToldWhatBecomesOfTheServer() throws Exception {
        try (RealServer first = server("node-a", "echo \"$*\" >> " + told);
                RealServer second = server("node-b", "true")) {
            first.database().startPrimary();
            awaitTold("on_start primary test");
            second.database().cloneFrom(first.asUpstream());
            first.database().changeSlots(SlotChanges.creating("node_b"));
            second.database().startStandby(Optional.of(first.asUpstream()));
            RealServer.await("streaming", () -> second.database().status().streaming());
            first.database()
                    .configure(DynamicConfig.of(
                            Map.of("postgresql", Map.of("parameters", Map.of("log_statement", "ddl")))));
            awaitTold("on_reload primary test");
            first.database().restarting(true);
            first.database().stop(StopMode.FAST);
            first.database().startPrimary();
            awaitTold("on_restart primary test");
            first.database().restarting(false);
            first.database().stop(StopMode.FAST);
            awaitTold("on_stop primary test");
            second.database().promote();
            second.execute("CHECKPOINT");

            first.database().rewindTo(second.asUpstream());
            first.database().startStandby(Optional.of(second.asUpstream()));
            awaitTold("on_role_change replica test");
            first.database().promote();

            awaitTold("on_role_change primary test");
            assertThat(Files.readAllLines(told))
                    .containsExactly(
                            "on_start primary test",
                            "on_reload primary test",
                            "on_restart primary test",
                            "on_stop primary test",
                            "on_role_change replica test",
                            "on_role_change primary test");
        }
    }

    @Test
    void whoFindsARunningServerTellsOfItOnce() throws Exception {
        try (RealServer server = server("node-a", "echo \"$*\" >> " + told)) {
            server.database().startPrimary();
            awaitTold("on_start primary test");

            server.reopen();
            RealServer.await("the server", () -> server.database().status().is(PRIMARY));
            server.database().status();

            RealServer.await("a second line", () -> Files.readAllLines(told).size() == 2);
            assertThat(Files.readAllLines(told)).containsOnly("on_start primary test");
        }
    }

    @Test
    void aNewerCallbackEndsAnOlderOneWithAllThatItHasStarted() throws Exception {
        String slow = "if [ $1 = on_start ]; then sh -c 'sleep 60; echo late >> " + told + "'; fi; echo $1 >> " + told;
        try (RealServer server = server("node-a", slow)) {
            server.database().startPrimary();
            RealServer.await("the callback", () -> sleeping().isPresent());

            server.database().stop(StopMode.FAST);

            awaitTold("on_stop");
            assertThat(sleeping()).isEmpty();
            assertThat(Files.readAllLines(told)).containsExactly("on_stop");
        }
    }

    @Test
    void aScriptMayRefuseThePromotionAndOneIsRunBeforeEachStopButAFence() throws Exception {
        Path gate = folder.resolve("gate");
        Hooks hooks = new Hooks(
                Map.of(), Optional.of("test -e " + gate), Optional.of("sh -c 'echo stopping >> " + told + "; exit 7'"));
        try (RealServer server = RealServer.withData("node-a", settings -> settings.hooks(hooks))) {
            server.database().startStandby(Optional.empty());
            assertThatThrownBy(() -> server.database().promote()).isInstanceOf(RefusedException.class);
            assertThat(server.database().status().state()).isEqualTo(STANDBY);

            Files.createFile(gate);
            server.database().promote();
            server.database().stop(StopMode.IMMEDIATE);
            assertThat(told).isEmptyFile();
            server.database().startPrimary();
            server.database().stop(StopMode.FAST);

            assertThat(told).hasContent("stopping");
        }
    }

    @Test
    void aPrimaryWhoseStandbysHoldEverythingIsNotWaitedForForEver() throws Exception {
        try (RealServer server = RealServer.withData("node-a")) {
            server.database().startPrimary();
            server.database().configure(DynamicConfig.of(Map.of("synchronous_mode", true, "primary_stop_timeout", 1)));
            ProcessHandle checkpointer = server.processes().living().stream()
                    .filter(process -> title(process).contains("checkpointer"))
                    .findFirst()
                    .orElseThrow();
            Signals.send("STOP", checkpointer);

            long begun = Poll.now();
            server.database().stop(StopMode.FAST);

            assertThat(Poll.since(begun)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(15));
            assertThat(server.processes().living()).isEmpty();
        }
    }

    @Test
    void aServerThatNeedsLongToComeUpIsLeftToIt() throws Exception {
        try (RealServer first = RealServer.withData("node-a");
                RealServer copy =
                        RealServer.create("node-b", settings -> settings.startPatience(Duration.ofSeconds(1)))) {
            first.database().startPrimary();
            copy.database().cloneFrom(first.asUpstream());
            Path wal = copy.dataDir().resolve("pg_wal");
            try (var segments = Files.newDirectoryStream(wal, "0*")) {
                for (Path segment : segments) {
                    Files.delete(segment);
                }
            }

            copy.database().startStandby(Optional.empty());

            assertThat(copy.database().status().isRunning()).isTrue();
            assertThat(copy.database().status().is(STANDBY)).isFalse();
        }
    }

    private RealServer server(String name, String script) throws Exception {
        Path file = folder.resolve(name + ".sh");
        Files.writeString(file, script);
        Map<Hooks.Event, String> callbacks = new EnumMap<>(Hooks.Event.class);
        for (Hooks.Event event : Hooks.Event.values()) {
            callbacks.put(event, "sh " + file);
        }
        Hooks hooks = new Hooks(callbacks, Optional.empty(), Optional.empty());
        return name.equals("node-a")
                ? RealServer.withData(name, settings -> settings.hooks(hooks))
                : RealServer.create(name, settings -> settings.hooks(hooks));
    }

    private void awaitTold(String line) throws Exception {
        RealServer.await(line, () -> Files.readAllLines(told).contains(line));
    }

    private Optional<ProcessHandle> sleeping() {
        return ProcessHandle.allProcesses()
                .filter(process -> title(process).contains("sleep 60; echo late >> " + told))
                .findFirst();
    }

    private static String title(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
        } catch (java.io.IOException gone) {
            return "";
        }
    }
}
