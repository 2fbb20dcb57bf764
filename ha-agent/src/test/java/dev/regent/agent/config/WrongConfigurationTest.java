package dev.regent.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Each mistake gives one message: what was expected, what was found, what to do. */
class WrongConfigurationTest {
    private static final String GOOD = """
            scope: demo
            name: node1
            etcd3: {host: 127.0.0.1}
            restapi: {listen: 127.0.0.1:8008}
            postgresql: {listen: 127.0.0.1:5432, data_dir: /data, authentication: {replication: {username: r}}}
            tags: {a: b}
            """;

    @TempDir
    private Path folder;

    /** The file says what is replaced in a good configuration, by what, the line of it, and what the message then contains. */
    @ParameterizedTest
    @CsvFileSource(resources = "mistakes.txt", delimiter = '|', quoteCharacter = '~')
    void aMistakeIsNamedWithItsPlace(String good, String bad, String line, String message) {
        String yaml = GOOD.replace(good, bad == null ? "" : bad);

        assertThatThrownBy(() -> AgentConfigTest.read(yaml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(line.equals("-") ? "test.yml: " : "test.yml, line " + line + ": ")
                .hasMessageContaining(message);
    }

    @Test
    void aMissingFileIsNamed() {
        assertMessage(
                Path.of("/nowhere/node.yml"), "/nowhere/node.yml: there is no such file: give the path of a YAML file");
    }

    @Test
    void whatIsNotYamlIsShownWithLineAndColumn() throws IOException {
        Path file = write("node.yml", "scope: demo\nname: [a\n");

        assertMessage(file, file + ", line 3, column 1: this is not YAML: while parsing a flow sequence");
        assertMessage(write("tab.yml", "scope:\n\tname: a\n"), "tab.yml, line 2, column 1: this is not YAML");
    }

    @Test
    void whatHasNoEndIsRefused() throws IOException {
        assertMessage(
                write("cycle.yml", "scope: demo\ntags: &tags\n  a: [*tags]\n"),
                "cycle.yml, line 2: expected a value that can be written out, found one that contains itself");
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 8; i++) {
            bomb.append(
                    "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1, i - 1, i - 1));
        }
        assertMessage(write("bomb.yml", bomb.toString()), "expected at most 100000 values, found more");
    }

    @Test
    void whatIsNoMappingIsNamed() throws IOException {
        assertMessage(
                write("list.yml", "- a\n"), "expected a mapping with lines such as \"scope: demo\", found a list");
        assertMessage(write("empty.yml", ""), "found an empty file");
        assertMessage(write("text.yml", "hello"), "found \"hello\"");
    }

    @Test
    void bytesThatAreNoTextAreNotPrinted() throws IOException {
        Path file = Files.write(folder.resolve("binary.yml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertMessage(file, "binary.yml: expected a YAML file, found bytes that are not UTF-8 text");
    }

    @Test
    void theFilesOfADirectoryAreMergedInOrder() throws IOException {
        write("10-base.yml", GOOD);
        write("20-node.yaml", "name: node2\ntags: null\npostgresql: {data_dir: /other}\n");
        write("notes.txt", "not: [yaml");

        AgentConfig config = AgentConfig.of(ConfigFile.read(Optional.of(folder), Map.of()));

        assertThat(config.name().value()).isEqualTo("node2");
        assertThat(config.tags().values()).isEmpty();
        assertThat(config.postgresql().dataDir()).isEqualTo(Path.of("/other"));
        assertThat(config.postgresql().port()).isEqualTo(5432);
    }

    @Test
    void aDirectoryWithoutYamlIsNamed() {
        assertMessage(folder, "expected files that end in .yml or .yaml in this directory, found none");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static void assertMessage(Path file, String message) {
        assertThatThrownBy(() -> ConfigFile.read(Optional.of(file), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
