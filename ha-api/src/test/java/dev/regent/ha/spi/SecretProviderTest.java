package dev.regent.ha.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretProviderTest {
    @TempDir
    private Path folder;

    @Test
    void aFileIsReadAnewWithoutTheEndOfItsLine() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), " one\t two \r\n");
        SecretProvider secret = SecretProvider.file(file);

        assertThat(secret.current()).isEqualTo(" one\t two ");
        Files.writeString(file, "another");
        assertThat(secret.current()).isEqualTo("another");
    }

    @Test
    void aFileWithoutAPasswordIsNamed() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> SecretProvider.file(empty).current())
                .isInstanceOf(IOException.class)
                .hasMessage("expected a password in " + empty + ", found an empty file");
        assertThatThrownBy(() -> SecretProvider.file(missing).current())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(missing.toString());
    }

    @Test
    void aVariableIsReadByName() throws Exception {
        assertThat(SecretProvider.environment("PATH").current()).isEqualTo(System.getenv("PATH"));
        assertThatThrownBy(() ->
                        SecretProvider.environment("NO_VARIABLE_OF_THIS_NAME").current())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("NO_VARIABLE_OF_THIS_NAME");
    }
}
