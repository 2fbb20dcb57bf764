package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.NodeName;
import dev.regent.testkit.process.OrdinaryUser;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigPlaceTest {
    @TempDir
    private Path folder;

    /**
     * Found by killing: a copied server that did not start at first fell back to its source's settings, and opened a socket
     * in that one's folder.
     */
    @Test
    void theSettingsThatACopyFallsBackToAreNotThoseOfItsSource() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(data.resolve("postgresql.conf"), "unix_socket_directories = '/source'");
        Files.writeString(data.resolve("postgresql.conf.backup"), "unix_socket_directories = '/source'");
        Files.writeString(data.resolve("pg_hba.conf.backup"), "local all all trust");
        OsUser user = OsUser.of(OrdinaryUser.choose().name());
        PostgresSettings settings = PostgresSettings.of(NodeName.of("copy"), "test", data)
                .binDir(folder)
                .build();
        ConfigPlace place = new ConfigPlace(settings, new DataDirectory(data, user), user);

        place.restoreMissing();

        assertThat(place.backup("postgresql.conf")).isEmpty();
        assertThat(data.resolve("pg_hba.conf")).hasContent("local all all trust");
    }
}
