package dev.regent.agent;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.NodeName;
import dev.regent.postgres.PostgresSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
    @TempDir
    private Path folder;

    @Test
    void aMissingProgramIsNamed() throws IOException {
        for (String program : new String[] {"postgres", "initdb", "pg_basebackup", "pg_rewind"}) {
            Files.createFile(folder.resolve(program)).toFile().setExecutable(true);
        }

        assertThatThrownBy(() -> Preflight.checkPrograms(Optional.of(folder), Map.of()))
                .hasMessage("expected PostgreSQL's programs in postgresql.bin_dir, found no pg_controldata in " + folder
                        + ": correct it or install PostgreSQL");
        assertThatThrownBy(() -> Preflight.checkPrograms(Optional.of(folder.resolve("nowhere")), Map.of()))
                .hasMessageContaining("nowhere, which is no directory");
    }

    @Test
    void anAddressInUseIsNamedWithItsSetting() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(
                            () -> Preflight.checkFree("restapi.listen", new Address("127.0.0.1", other.getLocalPort())))
                    .hasMessage("expected to listen at 127.0.0.1:" + other.getLocalPort()
                            + " (restapi.listen), found that this is not possible: Address already in use: stop what"
                            + " listens there, or choose another address or port");
        }
    }

    @Test
    void anAddressOfAnotherHostIsNamedWithItsSetting() {
        assertThatThrownBy(() -> Preflight.checkFree("restapi.listen", new Address("192.0.2.1", 8008)))
                .hasMessageContaining("192.0.2.1:8008 (restapi.listen)");
        assertThatThrownBy(() -> Preflight.checkFree("restapi.listen", new Address("no-such-host.invalid", 8008)))
                .hasMessageContaining("whose name cannot be resolved");
    }

    @Test
    void aFileInThePlaceOfTheDataIsNotTouched() throws IOException {
        Path file = Files.writeString(folder.resolve("data"), "precious");

        assertThatThrownBy(() -> Preflight.checkDataDirectory(settings(file)))
                .hasMessage("expected postgresql.data_dir to be a directory, found the file " + file
                        + ": move it away or name another directory");
    }

    @Test
    void aDirectoryThatDoesNotExistYetIsFine() {
        assertThatCode(() -> Preflight.checkDataDirectory(settings(folder.resolve("a/b/data"))))
                .doesNotThrowAnyException();
    }

    private static PostgresSettings settings(Path dataDir) {
        return PostgresSettings.of(NodeName.of("node1"), "demo", dataDir)
                .binDir(Path.of("/unused"))
                .build();
    }
}
