package dev.regent.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the command line answers what it cannot do. */
class RegentctlTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @TempDir
    private Path home;

    @Test
    void withoutACommandItSaysWhichThereAre() {
        assertThat(run()).isZero();
        assertThat(out.toString())
                .contains("list", "switchover", "failover", "explain", "history", "pause", "resume", "show-config");
    }

    @Test
    void aWrongOptionIsExplainedInFourLines() {
        assertThat(run("history", "--format", "x")).isEqualTo(2);
        assertThat(errors.toString().lines())
                .hasSize(4)
                .contains("Try 'regentctl history --help' for help.", "")
                .anyMatch(line -> line.startsWith("Usage: regentctl history"))
                .anyMatch(line -> line.startsWith("Error: Invalid value for option '--format'"));
    }

    @Test
    void aMissingConfigurationFileIsNamed() {
        assertThat(run("-c", "/nowhere.yml", "list")).isEqualTo(1);
        assertThat(errors)
                .hasToString("Error: Provided config file /nowhere.yml not existing or no read rights."
                        + " Check the -c/--config-file parameter\n");
    }

    @Test
    void aMissingStoreAndAMissingNameAreExplained() throws Exception {
        assertThat(run("list")).isEqualTo(1);
        assertThat(errors.toString())
                .startsWith("Error: the environment: expected a section that says where the store is");

        Path config = Files.writeString(home.resolve("ctl.yml"), "etcd3: {host: 127.0.0.1}\n");
        assertThat(run("-c", config.toString(), "list")).isEqualTo(1);
        assertThat(errors.toString()).contains("Error: expected the name of a cluster, found none");
    }

    @Test
    void anUnknownKindOfStoreInTheUrlIsRefused() {
        assertThat(run("-d", "redis://x", "list", "demo")).isEqualTo(1);
        assertThat(errors).hasToString("Error: Unknown dcs scheme: redis\n");
    }

    @Test
    void aStoreThatDoesNotAnswerIsAnErrorAndNoStackTrace() {
        assertThat(run("-d", "etcd3://127.0.0.1:1", "list", "demo")).isEqualTo(1);
        assertThat(errors.toString())
                .startsWith("Error: the store does not answer")
                .hasLineCount(1);
    }

    private int run(String... arguments) {
        Terminal terminal =
                new Terminal(new BufferedReader(new StringReader("")), new PrintWriter(out), Clock.systemUTC());
        return Regentctl.run(
                arguments, terminal, new PrintWriter(errors, true), Map.of("XDG_CONFIG_HOME", home.toString()));
    }
}
