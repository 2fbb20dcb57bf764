package dev.regent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.agent.config.AgentConfig;
import dev.regent.agent.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final int INDENT_OF_A_MEMBER = 4;
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void theEmbeddingProgramIsTheOneThatIsTested() throws IOException {
        String source =
                Files.readString(ROOT.resolve("ha-examples/src/main/java/dev/regent/examples/EmbeddedNode.java"));
        String program = source.substring(
                        source.indexOf("// [README\n") + "// [README\n".length(), source.indexOf("    // README]"))
                .indent(-INDENT_OF_A_MEMBER);

        assertThat(readme()).contains("```java\n" + program + "```");
    }

    @Test
    void theAgentsConfigurationIsTheOneThatIsTested() throws IOException {
        assertThat(readme()).contains("```yaml\n" + Files.readString(ROOT.resolve("docs/examples/agent.yml")) + "```");
    }

    @Test
    void theAgentsConfigurationIsUnderstood() throws IOException {
        AgentConfig config =
                AgentConfig.of(ConfigFile.read(Optional.of(ROOT.resolve("docs/examples/agent.yml")), Map.of()));

        assertThat(config.connUrl()).isEqualTo("postgres://10.0.0.11:5432/postgres");
        assertThat(config.apiUrl()).isEqualTo("http://10.0.0.11:8008/patroni");
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }
}
