package dev.regent.postgres;

import static dev.regent.ha.model.DatabaseStatus.ServerState.ABSENT;
import static dev.regent.ha.model.DatabaseStatus.ServerState.CRASHED;
import static dev.regent.ha.model.DatabaseStatus.ServerState.PRIMARY;
import static dev.regent.ha.model.DatabaseStatus.ServerState.UNRESPONSIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** What can be wrong from the beginning is said in one message, and nothing is deleted. */
class StartFailureIT {
    @Test
    void aPortInUseIsNamedWithWhatToDo() throws Exception {
        try (RealServer server = RealServer.withData("node-a");
                ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), server.settings().port()));

            assertThatThrownBy(() -> server.database().startPrimary())
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("expected port " + server.settings().port() + " to be free")
                    .hasMessageContaining("choose another port");

            assertThat(server.database().status().isRunning()).isFalse();
            taken.close();
            server.database().startPrimary();
            assertThat(server.database().status().state()).isEqualTo(PRIMARY);
        }
    }

    @Test
    void whereNobodyHasChosenADirectoryForSocketsAClosedOneIsReplaced() throws Exception {
        try (RealServer server = RealServer.withoutChosenSockets("node-a")) {
            Path closed = Files.createDirectory(server.dataDir().resolveSibling("closed"));
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
            Files.writeString(
                    server.dataDir().resolve("postgresql.base.conf"), "unix_socket_directories = '" + closed + "'\n");

            server.database().startPrimary();

            assertThat(server.ask("SHOW unix_socket_directories"))
                    .isEqualTo(server.settings().workDir().toString());
        }
    }

    @Test
    void aDirectoryForSocketsThatWasChosenIsNotReplaced() throws Exception {
        try (RealServer server = RealServer.withData(
                "node-a", settings -> settings.parameter("unix_socket_directories", "/proc/1/task"))) {
            assertThatThrownBy(() -> server.database().startPrimary()).isInstanceOf(DatabaseException.class);
        }
    }

    @Test
    void missingProgramsAreNamedWithTheirDirectory() throws Exception {
        try (RealServer server =
                RealServer.create("node-a", settings -> settings.binDir(Path.of("/no/such/directory")))) {
            assertThatThrownBy(() -> server.database().create())
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("/no/such/directory/initdb")
                    .hasMessageContaining("install");
        }
    }

    @Test
    void filesThatAreNoDatabaseAreLetAlone() throws Exception {
        try (RealServer server = RealServer.create("node-a")) {
            Path precious = Files.createDirectory(server.dataDir()).resolve("precious");
            Files.writeString(precious, "do not delete");

            DatabaseStatus status = server.database().status();

            assertThat(status.state()).isEqualTo(ABSENT);
            assertThat(status.problem().orElseThrow())
                    .contains("without PG_VERSION")
                    .contains("nothing has been deleted");
            assertThatThrownBy(() -> server.database().create())
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("nothing has been deleted");
            Upstream source = new Upstream(NodeName.of("node-b"), new Address("127.0.0.1", 1));
            assertThatThrownBy(() -> server.database().cloneFrom(source))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("nothing has been deleted");
            assertThat(precious).hasContent("do not delete");
        }
    }

    @Test
    void startingWithoutDataSaysThatThereIsNone() throws Exception {
        try (RealServer server = RealServer.create("node-a")) {
            assertThatThrownBy(() -> server.database().startPrimary())
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("found none: create or clone it first");
        }
    }

    @Test
    void aDamagedControlFileIsAProblemAndNotAnException() throws Exception {
        try (RealServer server = RealServer.withData("node-a")) {
            Files.write(server.dataDir().resolve("global/pg_control"), new byte[10]);

            DatabaseStatus status = server.database().status();

            assertThat(status.state()).isEqualTo(CRASHED);
            assertThat(status.problem().orElseThrow()).contains("pg_controldata failed");
            assertThatThrownBy(() -> server.database().startPrimary())
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("expected the server to start");
        }
    }

    @Test
    void aServerThatRefusesOurPasswordIsUnresponsiveAndSaysWhy() throws Exception {
        try (RealServer server = RealServer.withData("node-a")) {
            server.database().startPrimary();
            server.execute("ALTER ROLE postgres PASSWORD 'changed'");
            server.reopen();

            DatabaseStatus status = server.database().status();

            assertThat(status.state()).isEqualTo(UNRESPONSIVE);
            assertThat(status.problem().orElseThrow())
                    .contains("expected the server to let the superuser in")
                    .contains("correct the credentials");
        }
    }
}
