package dev.regent.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** What variables say, and how. */
class EnvironmentTest {
    @TempDir
    private Path folder;

    /** The file has a variable, its text, and where in the configuration it is found as what. */
    @ParameterizedTest
    @CsvFileSource(resources = "variables.txt", delimiter = '|', quoteCharacter = '~')
    void eachVariableHasItsPlaceAndKind(String variable, String text, String path, String value) {
        Document settings = Environment.settings(Map.of(variable, text));

        Object found = settings.values();
        for (String key : path.split("\\.", -1)) {
            assertThat(found).isInstanceOf(Map.class);
            found = ((Map<?, ?>) found).get(key);
        }
        assertThat(found).hasToString(value);
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void whatAVariableCannotMeanIsSaidAndHasNoEffect() {
        Document settings = Environment.settings(Map.of(
                "PATRONI_LOG_FILE_NUM", "many",
                "PATRONI_CTL_INSECURE", "maybe",
                "PATRONI_RESTAPI_ALLOWLIST", "[a",
                "PATRONI_RESTAPI_LISTN", "10.0.0.1:8008"));

        assertThat(settings.values()).isEmpty();
        assertThat(settings.warnings())
                .containsExactly(
                        "the environment variable PATRONI_CTL_INSECURE has no effect: expected true or false, found"
                                + " \"maybe\"",
                        "the environment variable PATRONI_LOG_FILE_NUM has no effect: expected a whole number, found"
                                + " \"many\"",
                        "the environment variable PATRONI_RESTAPI_ALLOWLIST has no effect: expected a list, found \"[a\"",
                        "the environment variable PATRONI_RESTAPI_LISTN is unknown and has no effect: did you mean"
                                + " PATRONI_RESTAPI_LISTEN?");
    }

    @Test
    void ourOwnNamesCountMore() {
        Document settings = Environment.settings(Map.of("REGENT_NAME", "b", "PATRONI_NAME", "a", "REGENT_HOME", "/"));

        assertThat(settings.values()).isEqualTo(Map.of("name", "b"));
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void aLoginAloneIsNoStore() throws IOException {
        Path file = Files.writeString(folder.resolve("node.yml"), "consul: {host: a}\n");
        Map<String, String> environment = Map.of("PATRONI_ETCD3_USERNAME", "u", "PATRONI_ETCD3_PASSWORD", "p");

        assertThat(ConfigFile.read(Optional.of(file), environment).keys()).containsExactly("consul");
    }

    @Test
    void aMistakeInAVariableIsNamedByIt() {
        assertThatThrownBy(() -> AgentConfig.of(ConfigFile.read(
                        Optional.of(Path.of("/nowhere.yml")),
                        Map.of("PATRONI_SCOPE", "a/b", "PATRONI_NAME", "n", "PATRONI_CONSUL_HOST", "c"))))
                .hasMessage("the environment variable PATRONI_SCOPE: expected scope to be a name without '/', found"
                        + " \"a/b\"");
    }

    @Test
    void theEnvironmentAloneMayBeTheConfiguration() {
        Section root = ConfigFile.read(
                Optional.of(Path.of("/nowhere.yml")),
                Map.of("PATRONI_SCOPE", "demo", "PATRONI_ETCD3_HOSTS", "a:1,b:2"));

        assertThat(root.source()).isEqualTo("the environment (there is no /nowhere.yml)");
        assertThat(root.section("etcd3").values()).isEqualTo(Map.of("hosts", List.of("a:1", "b:2")));
    }

    @Test
    void everyKeyHasAKind() {
        assertThat(Schema.paths()).allMatch(KnownKeys::isKnown);
    }
}
