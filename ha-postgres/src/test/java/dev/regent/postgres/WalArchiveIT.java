package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.CRASHED;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.spi.StopMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** A former primary whose WAL is in an archive, or should be. */
class WalArchiveIT {
    @Test
    void placeholdersAreFilledIn() {
        assertThat(WalArchive.expand("cp %p /archive/%f # %r %% %x", "/data/pg_wal/0001", "0001"))
                .isEqualTo("cp /data/pg_wal/0001 /archive/0001 # 000000010000000000000001 % %x");
        assertThat(WalArchive.missingIn("pg_rewind: error: could not open file"
                        + " \"/data/pg_wal/000000010000000000000003\": No such file or directory"))
                .contains("000000010000000000000003");
        assertThat(WalArchive.missingIn("could not open file \"/data/global/1260\""))
                .isEmpty();
    }

    @Test
    void whatAKilledPrimaryHadNotArchivedIsArchivedAndWhatItHadRecycledIsFetchedForTheRewind() throws Exception {
        Path archive = Files.createTempDirectory("regent-archive");
        try (RealServer former = RealServer.withData(
                        "node-a",
                        settings -> settings.parameter("archive_mode", "on")
                                .parameter(
                                        "archive_command", "test -f " + archive + "/open && cp %p " + archive + "/%f")
                                .recoveryParameters(Map.of("restore_command", "cp " + archive + "/%f %p")));
                RealServer next = RealServer.create("node-b")) {
            OsUser.of(former.settings().osUser()).own(archive);
            former.database().startPrimary();
            next.database().cloneFrom(former.asUpstream());
            former.database().changeSlots(SlotChanges.creating("node_b"));
            next.database().startStandby(Optional.of(former.asUpstream()));
            RealServer.await("streaming", () -> next.database().status().streaming());
            former.execute("SELECT pg_switch_wal()");
            former.insert("not archived");
            former.execute("SELECT pg_switch_wal()");
            next.database().stop(StopMode.FAST);
            former.insert("only here");
            former.kill();
            next.database().startStandby(Optional.empty());
            next.database().promote();
            next.execute("CHECKPOINT");
            assertThat(former.database().status().state()).isEqualTo(CRASHED);
            assertThat(archived(archive)).isEmpty();
            Files.createFile(archive.resolve("open"));

            former.database().rewindTo(next.asUpstream());

            assertThat(archived(archive)).hasSizeGreaterThanOrEqualTo(2);
            next.database().changeSlots(SlotChanges.creating("node_a"));
            former.database().startStandby(Optional.of(next.asUpstream()));
            RealServer.await("the rows", () -> former.rows().equals(List.of("not archived")));
        } finally {
            DataDirectory.deleteTree(archive);
        }
    }

    @Test
    void theEndOfTheLogIsKnownWhileItsArchivingIsStillWaitedFor() throws Exception {
        Path archive = Files.createTempDirectory("regent-archive");
        try (RealServer server = RealServer.withData(
                "node-a",
                settings -> settings.parameter("archive_mode", "on")
                        .parameter("archive_command", "until test -f " + archive + "/open; do sleep 0.1; done"))) {
            OsUser.of(server.settings().osUser()).own(archive);
            server.database().startPrimary();
            server.insert("one");
            FutureTask<Void> stop = new FutureTask<>(() -> {
                server.database().stop(StopMode.GRACEFUL);
                return null;
            });
            new Thread(stop, "stop").start();

            RealServer.await(
                    "the end of the log", () -> server.database().status().is(STOPPED));

            DatabaseStatus ended = server.database().status();
            assertThat(stop.isDone()).isFalse();
            assertThat(server.processes().living()).isNotEmpty();
            assertThat(ended.mayAcceptWrites()).isFalse();
            assertThat(ended.wal().isKnown()).isTrue();
            Files.createFile(archive.resolve("open"));
            stop.get();
            assertThat(server.database().status().wal()).isEqualTo(ended.wal());
        } finally {
            DataDirectory.deleteTree(archive);
        }
    }

    private static List<String> archived(Path archive) throws Exception {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(archive, "0*")) {
            return java.util.stream.StreamSupport.stream(files.spliterator(), false)
                    .map(file -> String.valueOf(file.getFileName()))
                    .toList();
        }
    }
}
