package dev.regent.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Processes, folders, ports and users that fixtures are made of. */
class LocalProcessTest {
    @Test
    void aServerThatEndsInsteadOfStartingIsReportedWithItsOutput() throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("regent-test-");
                LocalProcess process =
                        new LocalProcess(List.of("sh", "-c", "echo no such option; exit 1"), folder.path())) {
            process.start();

            URI nobody = URI.create("http://127.0.0.1:" + FreePorts.next());
            assertThatThrownBy(() -> Readiness.await("the server", process, nobody, "ok"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no such option");
        }
    }

    @Test
    void aProcessThatIgnoresTheRequestToEndEndsWhenClosed() throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("regent-test-")) {
            LocalProcess process = new LocalProcess(List.of("sh", "-c", "trap '' TERM; sleep 60"), folder.path());
            process.start();
            assertThat(process.isAlive()).isTrue();

            process.close();

            assertThat(process.isAlive()).isFalse();
        }
    }

    @Test
    void aClosedFolderIsGoneWithItsContent() throws Exception {
        TemporaryFolder folder = TemporaryFolder.create("regent-test-", OrdinaryUser.choose());
        Files.createDirectories(folder.path().resolve("a/b"));
        Files.writeString(folder.path().resolve("a/b/c"), "content");

        folder.close();
        folder.close();

        assertThat(folder.path()).doesNotExist();
    }

    @Test
    void portsAreFreeAndNotGivenTwice() throws Exception {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int port = FreePorts.next();
            new ServerSocket(port).close();
            ports.add(port);
        }
        assertThat(ports).doesNotHaveDuplicates();
    }

    @Test
    void theOrdinaryUserIsNotRootAndOwnsWhatItIsGiven() throws Exception {
        OrdinaryUser user = OrdinaryUser.choose();
        try (TemporaryFolder folder = TemporaryFolder.create("regent-test-", user)) {
            Path file = folder.path().resolve("written-by-user");
            Process touch = new ProcessBuilder(user.command(List.of("touch", file.toString())))
                    .directory(folder.path().toFile())
                    .inheritIO()
                    .start();

            assertThat(touch.waitFor()).isZero();
            assertThat(Files.getOwner(file).getName()).isNotEqualTo("root");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void thePostgresInstallationHasItsPrograms() {
        PostgresInstallation installation = PostgresInstallation.find();

        for (String program : List.of("initdb", "postgres", "pg_ctl", "pg_basebackup", "pg_rewind")) {
            assertThat(installation.program(program)).isExecutable();
        }
    }
}
