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
import java.util.Optional;
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
                .contains(
                        "demote-cluster",
                        "dsn",
                        "edit-config",
                        "failover",
                        "flush",
                        "history",
                        "list",
                        "pause",
                        "promote-cluster",
                        "query",
                        "reinit",
                        "reload",
                        "remove",
                        "restart",
                        "resume",
                        "show-config",
                        "switchover",
                        "topology",
                        "version");
    }

    @Test
    void aWrongOptionIsExplainedInFourLines() {
        assertThat(run("history", "--format", "x")).isEqualTo(2);
        assertThat(errors.toString().lines())
                .hasSize(4)
                .contains("Try 'regentctl history --help' for help.", "")
                .anyMatch(line -> line.startsWith("Usage: regentctl history"))
                .contains("Error: Invalid value for '--format' / '-f': 'x' is not one of"
                        + " 'pretty', 'tsv', 'json', 'yaml', 'yml'.");
    }

    @Test
    void everyKindOfWrongUsageIsNamedInTheWordsOfTheReference() {
        assertUsage("No such command 'lst'.", "lst");
        assertUsage("Missing argument 'CLUSTER_NAME'.", "restart");
        assertUsage("No such option: --fast", "pause", "--fast");
        assertUsage("Got unexpected extra argument (b)", "pause", "a", "b");
        assertUsage("Invalid value for '--group': 'x' is not a valid integer.", "history", "--group", "x");
        assertUsage(
                "Invalid value for '--role' / '-r': 'x' is not one of 'leader', 'primary', 'standby-leader', 'replica',"
                        + " 'standby', 'any'.",
                "restart",
                "orders",
                "-r",
                "x");
        assertUsage(
                "Invalid value for '{restart|switchover}': 'x' is not one of 'restart', 'switchover'.",
                "flush",
                "orders",
                "x");
    }

    private void assertUsage(String complaint, String... arguments) {
        errors.getBuffer().setLength(0);
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(errors.toString()).endsWith("Error: " + complaint + "\n");
    }

    @Test
    void aScriptForTheShellCompletesCommandsAndOptions() {
        assertThat(run("generate-completion")).isZero();
        assertThat(out.toString()).contains("complete -F", "edit-config", "--scheduled", "standby-leader");
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
        PrintWriter err = new PrintWriter(errors, true);
        Terminal terminal = new Terminal(
                new BufferedReader(new StringReader("")),
                new PrintWriter(out),
                err,
                Clock.systemUTC(),
                time -> {},
                Optional.empty());
        return Regentctl.run(
                arguments,
                terminal,
                err,
                Map.of("XDG_CONFIG_HOME", home.toString()),
                (store, path) -> store.open(path, "test"));
    }
}
