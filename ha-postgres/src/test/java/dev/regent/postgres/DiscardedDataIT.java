package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.ABSENT;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.spi.StopMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Data that must make room for a copy and may hold what nobody else has. */
class DiscardedDataIT {
    @Test
    void dataIsKeptWithItsWalAndItsTablespacesElsewhereAndCanBePutBack() throws Exception {
        try (RealServer server = RealServer.withData("node-a")) {
            Path elsewhere = server.dataDir().resolveSibling("elsewhere");
            Path wal = moveWal(server, elsewhere);
            server.database().startPrimary();
            Path tablespace = createTablespace(server, elsewhere);
            server.database().stop(StopMode.FAST);

            server.database().discard();

            assertThat(server.database().status().state()).isEqualTo(ABSENT);
            assertThat(server.dataDir()).doesNotExist();
            assertThat(List.of(wal, tablespace)).noneMatch(Files::exists);
            Path kept = Path.of(server.dataDir() + Aside.MARK + 1);
            assertThat(Files.readSymbolicLink(kept.resolve("pg_wal"))).isDirectory();
            Files.move(kept, server.dataDir());
            assertThat(server.database().status().state()).isEqualTo(STOPPED);
            server.database().startPrimary();
            assertThat(server.ask("SELECT count(*) FROM apart")).isEqualTo("1");
        }
    }

    @Test
    void whoWasKilledWhileMovingTheWalAwayGoesOn() throws Exception {
        try (RealServer server = RealServer.withData("node-a")) {
            Path elsewhere = server.dataDir().resolveSibling("elsewhere");
            Path wal = moveWal(server, elsewhere);
            Files.move(wal, Path.of(wal + Aside.MARK + 1));
            assertThat(server.database().status().state()).isEqualTo(STOPPED);

            server.database().discard();

            assertThat(server.database().status().state()).isEqualTo(ABSENT);
            Path kept = Path.of(server.dataDir() + Aside.MARK + 1);
            assertThat(Files.readSymbolicLink(kept.resolve("pg_wal"))).isEqualTo(Path.of(wal + Aside.MARK + 1));
        }
    }

    @Test
    void onlyTheLastTwoAreKept() throws Exception {
        try (RealServer server = RealServer.create("node-a")) {
            for (int i = 0; i < 3; i++) {
                CreatedData.copyTo(server);
                server.database().discard();
            }

            assertThat(List.of(1, 2, 3).stream()
                            .filter(number -> Files.exists(Path.of(server.dataDir() + Aside.MARK + number))))
                    .containsExactly(2, 3);
        }
    }

    private static Path moveWal(RealServer server, Path elsewhere) throws Exception {
        OsUser user = OsUser.of(server.settings().osUser());
        SafeFiles.createDirectory(elsewhere, user);
        Path wal = elsewhere.resolve("wal");
        Files.move(server.dataDir().resolve("pg_wal"), wal);
        Files.createSymbolicLink(server.dataDir().resolve("pg_wal"), wal);
        return wal;
    }

    private static Path createTablespace(RealServer server, Path elsewhere) throws Exception {
        Path tablespace = elsewhere.resolve("tablespace");
        SafeFiles.createDirectory(tablespace, OsUser.of(server.settings().osUser()));
        server.execute("CREATE TABLESPACE apart LOCATION '" + tablespace + "'");
        server.execute("CREATE TABLE apart TABLESPACE apart AS SELECT 1 AS n");
        assertThat(Optional.of(server.ask("SELECT count(*) FROM apart"))).contains("1");
        return tablespace;
    }
}
