package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.StopMode;
import dev.regent.testkit.process.FreePorts;
import dev.regent.testkit.process.PostgresInstallation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** What the section {@code standby_cluster} makes of a real server. */
class StandbyClusterIT {
    private static DynamicConfig following(Map<String, ?> section) {
        return DynamicConfig.of(Map.of("standby_cluster", section));
    }

    @Test
    void theLeaderStreamsWithTheSettingsOfTheSectionFromThatServerOfSeveralThatAcceptsWrites() throws Exception {
        try (RealServer remote = RealServer.withData("remote");
                RealServer leader = RealServer.create("node-a")) {
            remote.database().startPrimary();
            remote.database().changeSlots(SlotChanges.creating("site_b"));
            Upstream anyOf = new Upstream(
                    NodeName.of("remote"), List.of(new Address("127.0.0.1", FreePorts.next()), remote.address()));
            String ports =
                    anyOf.addresses().get(0).port() + "," + remote.address().port();
            leader.database()
                    .configure(following(Map.of(
                            "host", "127.0.0.1,127.0.0.1",
                            "port", ports,
                            "primary_slot_name", "Site-B",
                            "restore_command", "false",
                            "recovery_min_apply_delay", "5ms")));
            assertThat(leader.database().ask(anyOf))
                    .map(RemoteStatus::inRecovery)
                    .contains(false);

            leader.database().cloneFrom(anyOf);
            leader.database().startStandby(Optional.of(anyOf));
            awaitStreaming(leader);

            assertThat(leader.database().status().following()).isEqualTo(anyOf.addresses());
            assertThat(leader.ask("SHOW primary_slot_name")).isEqualTo("site_b");
            assertThat(leader.ask("SHOW restore_command")).isEqualTo("false");
            assertThat(leader.ask("SHOW recovery_min_apply_delay")).isEqualTo("5ms");
            assertThat(leader.ask("SHOW primary_conninfo")).contains("target_session_attrs=read-write");

            leader.database()
                    .configure(
                            following(Map.of("host", "127.0.0.1,127.0.0.1", "port", ports, "restore_command", "true")));

            assertThat(leader.ask("SHOW primary_slot_name")).isEmpty();
            assertThat(leader.ask("SHOW restore_command")).isEqualTo("true");
            assertThat(leader.ask("SHOW recovery_min_apply_delay")).isEqualTo("0");
            awaitStreaming(leader);
        }
    }

    @Test
    void theLeaderIsCopiedByTheMethodsOfTheSectionAndHasTheSettingsOfItsRole() throws Exception {
        try (RealServer remote = RealServer.withData("remote");
                RealServer leader = RealServer.create("node-a")) {
            remote.database().startPrimary();
            Upstream source = new Upstream(NodeName.of("remote"), remote.address());
            Path go = Script.folder(leader).resolve("go");
            Script.write(
                    leader,
                    "by_hand",
                    PostgresInstallation.find().bin().resolve("pg_basebackup") + " --no-sync -c fast -D "
                            + leader.dataDir() + " -d \"${4#--connstring=}\"",
                    "while test ! -e " + go + "; do sleep 0.05; done");
            leader.database()
                    .configure(copiedByHand(remote, Script.folder(leader).resolve("by_hand")));

            FutureTask<Void> copy = new FutureTask<>(() -> {
                leader.database().cloneFrom(source);
                return null;
            });
            new Thread(copy).start();
            RealServer.await(
                    "the size of what the method has copied",
                    () -> leader.database()
                            .status()
                            .facts()
                            .progress()
                            .filter(progress -> progress.what().contains("by_hand"))
                            .filter(progress -> progress.bytes() > 1_000_000)
                            .isPresent());
            Files.createFile(go);
            copy.get();
            leader.database().startStandby(Optional.of(source));

            assertThat(leader.ask("SHOW work_mem")).isEqualTo("6MB");
            assertThat(leader.ask("SELECT count(*) FROM pg_hba_file_rules WHERE 'nobody' = ANY(user_name)"))
                    .isEqualTo("1");
            assertThat(Files.readString(leader.dataDir().resolve("pg_ident.conf")))
                    .contains("standby-leaders someone else");

            leader.database()
                    .follow(Optional.of(
                            new Upstream(NodeName.of("node-b"), new Address("127.0.0.1", FreePorts.next()))));

            assertThat(leader.ask("SHOW work_mem")).isEqualTo("5MB");
            assertThat(leader.ask("SELECT count(*) FROM pg_hba_file_rules WHERE 'nobody' = ANY(user_name)"))
                    .isEqualTo("0");
        }
    }

    @Test
    void aFormerPrimaryArchivesTheFileOfItsLastCheckpointBeforeItFollows() throws Exception {
        try (RealServer former = RealServer.withData(
                "node-a",
                settings -> settings.parameter("archive_mode", "on")
                        .parameter("archive_command", "mkdir -p archive && cp %p archive/%f"))) {
            Path archive = former.dataDir().resolve("archive");
            former.database().startPrimary();
            former.insert("one");
            former.database().stop(StopMode.FAST);
            List<String> archivedByServer = files(archive);

            former.database().configure(following(Map.of("host", "127.0.0.1", "port", 1)));
            former.database().startStandby(Optional.empty());

            assertThat(former.database().status().state()).isEqualTo(ServerState.STANDBY);
            assertThat(files(archive)).containsAll(archivedByServer).hasSize(archivedByServer.size() + 1);
        }
    }

    private static DynamicConfig copiedByHand(RealServer remote, Path script) {
        return DynamicConfig.of(Map.of(
                "standby_cluster",
                Map.of(
                        "host", "127.0.0.1",
                        "port", remote.address().port(),
                        "create_replica_methods", List.of("by_hand")),
                "postgresql",
                Map.of(
                        "by_hand",
                        Map.of("command", script.toString()),
                        "parameters",
                        Map.of("work_mem", "5MB"),
                        "parameters_standby_leader",
                        Map.of("work_mem", "6MB"),
                        "pg_hba_standby_leader",
                        List.of("host all nobody 127.0.0.1/32 reject", "host all all 127.0.0.1/32 scram-sha-256"),
                        "pg_ident_standby_leader",
                        List.of("standby-leaders someone else"))));
    }

    private static List<String> files(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void awaitStreaming(RealServer standby) throws InterruptedException {
        assertThat(Poll.every(Duration.ofMillis(20))
                        .until(
                                Duration.ofMinutes(1),
                                () -> standby.database().status().streaming()))
                .isTrue();
    }
}
