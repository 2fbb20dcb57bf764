package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.testkit.process.OrdinaryUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoppedDataTest {
    @TempDir
    private Path folder;

    /** Found by killing: an agent that died during initdb had left the superuser's password in its work directory. */
    @Test
    void whatAKilledAgentLeftOfSecretsGoesBeforeTheNextWorkBegins() throws Exception {
        Path work = Files.createDirectory(folder.resolve("work"));
        for (String left : List.of(
                "initdb.password",
                "pgpass.tool",
                "pgpass.script",
                "key.tool",
                "initdb.password.4711.new",
                "initdb.log")) {
            Files.writeString(work.resolve(left), "secret");
        }
        Path dataDir = Files.createDirectory(folder.resolve("data"));
        OsUser user = OsUser.of(OrdinaryUser.choose().name());
        try (Supervisor supervisor = new Supervisor(dataDir, user)) {
            StoppedData data = new StoppedData(
                    new DataDirectory(dataDir, user), new UnfinishedWork(work, user), supervisor, work, user);

            data.work(() -> assertThat(work.toFile().list()).containsExactly("initdb.log"));
        }
    }
}
