package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.CRASHED;
import static dev.regent.ha.model.DatabaseStatus.ServerState.PRIMARY;
import static dev.regent.ha.model.DatabaseStatus.ServerState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.spi.StopMode;
import dev.regent.testkit.process.OrdinaryUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers, and those who own them, die without warning. */
class ServerDeathIT {
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
    void whenAKilledServersOwnerIsToldNoBackendWritesAnyMore() throws Exception {
        server.database().startPrimary();
        server.execute("CREATE TABLE busy (n int)");
        int writers = 4;
        CountDownLatch writing = new CountDownLatch(writers);
        for (int i = 0; i < writers; i++) {
            new Thread(() -> writeUntilTheEnd(writing)).start();
        }
        writing.await();
        CountDownLatch told = new CountDownLatch(1);
        List<List<ProcessHandle>> leftWhenTold = new java.util.concurrent.CopyOnWriteArrayList<>();
        server.database().onChange(() -> {
            leftWhenTold.add(server.processes().living());
            told.countDown();
        });

        postmaster().destroyForcibly();

        assertThat(told.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(leftWhenTold.get(0)).isEmpty();
        assertThat(server.database().status().state()).isEqualTo(CRASHED);
        server.database().startPrimary();
        assertThat(server.database().status().state()).isEqualTo(PRIMARY);
    }

    @Test
    void statusNeverSaysThatAServerIsDownWhileABackendOfItLives() throws Exception {
        server.database().startPrimary();
        server.execute("CREATE TABLE busy (n int)");
        CountDownLatch writing = new CountDownLatch(1);
        new Thread(() -> writeUntilTheEnd(writing)).start();
        writing.await();

        postmaster().destroyForcibly();

        DatabaseStatus status = server.database().status();
        while (status.isRunning()) {
            status = server.database().status();
        }
        assertThat(server.processes().living()).isEmpty();
        assertThat(status.state()).isEqualTo(CRASHED);
    }

    @Test
    void aServerOutlivesItsKilledOwnerAndTheNextOneHearsOfItsDeath() throws Exception {
        try (ForkedAgent agent = ForkedAgent.of(server)) {
            agent.tell("start");
            agent.kill();
        }

        server.reopen();
        assertThat(server.database().status().state()).isEqualTo(PRIMARY);
        CountDownLatch told = new CountDownLatch(1);
        server.database().onChange(told::countDown);
        postmaster().destroyForcibly();
        assertThat(told.await(1, TimeUnit.SECONDS)).isTrue();
        assertThat(server.database().status().state()).isEqualTo(CRASHED);
    }

    @Test
    void aFileOfADeadServerWhoseProcessIdSomebodyElseHasNowKeepsNothingFromStarting() throws Exception {
        server.database().startPrimary();
        Path file = server.dataDir().resolve(PostmasterFile.NAME);
        String content = Files.readString(file);
        server.kill();
        Process stranger = new ProcessBuilder(OrdinaryUser.choose().command(List.of("sleep", "600"))).start();
        try {
            Files.writeString(file, content.replaceFirst("\\d+", String.valueOf(stranger.pid())));

            assertThat(server.database().status().state()).isEqualTo(CRASHED);
            server.database().startPrimary();

            assertThat(server.database().status().state()).isEqualTo(PRIMARY);
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void lookingAtAStoppedServerEndsNobodysWorkOnItsData() throws Exception {
        Process shell = new ProcessBuilder(OrdinaryUser.choose().command(List.of("sleep", "600")))
                .directory(server.dataDir().toFile())
                .start();
        try {
            server.database().startPrimary();
            server.database().stop(StopMode.FAST);
            server.reopen();

            assertThat(server.database().status().state()).isEqualTo(STOPPED);
            assertThat(shell.isAlive()).isTrue();
        } finally {
            shell.destroyForcibly();
        }
    }

    private ProcessHandle postmaster() throws Exception {
        long pid = PostmasterFile.read(server.dataDir()).orElseThrow().pid();
        return ProcessHandle.of(pid).orElseThrow();
    }

    private void writeUntilTheEnd(CountDownLatch writing) {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off");
            statement.execute("INSERT INTO busy VALUES (0)");
            writing.countDown();
            // A backend in the midst of this looks for nothing, not even for the death of its parent
            statement.execute(
                    "DO $$ BEGIN LOOP INSERT INTO busy SELECT generate_series(1, 100); COMMIT; END LOOP; END $$");
        } catch (SQLException killed) {
            writing.countDown();
        }
    }
}
