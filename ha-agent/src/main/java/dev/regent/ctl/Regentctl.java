package dev.regent.ctl;

import ch.qos.logback.classic.Level;
import dev.regent.agent.LogOutput;
import dev.regent.agent.Version;
import dev.regent.agent.config.CtlSettings;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code regentctl}. */
@Command(
        name = "regentctl",
        description = "Shows a PostgreSQL cluster and asks it for something.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ListCommand.class,
            SwitchoverCommand.class,
            FailoverCommand.class,
            ExplainCommand.class,
            HistoryCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            ShowConfigCommand.class
        })
public final class Regentctl implements Runnable {
    static final int DONE = 0;
    static final int FAILED = 1;

    private static final int WRONG_USAGE = 2;
    private static final String CONFIG_FILE_VARIABLE = "PATRONICTL_CONFIG_FILE";
    private static final String STORE_VARIABLE = "DCS_URL";

    private final Terminal terminal;
    private final Map<String, String> environment;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-c", "--config-file"},
            paramLabel = "FILE",
            description = "Configuration file, the agent's for example; else $" + CONFIG_FILE_VARIABLE + ".")
    private @Nullable Path configFile;

    @Option(
            names = {"-d", "--dcs-url", "--dcs"},
            paramLabel = "URL",
            description = "The store, etcd3://HOST:PORT for example; else $" + STORE_VARIABLE + ".")
    private @Nullable String storeUrl;

    @Option(
            names = {"-k", "--insecure"},
            description = "Do not verify the certificates of members.")
    private boolean insecure;

    Regentctl(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        // What a store's client warns of on the way comes back as the failure of the command, or does not matter.
        LogOutput.toStandardError(Level.ERROR);
        Terminal terminal = new Terminal(
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)),
                Clock.system(ZoneId.systemDefault()));
        PrintWriter errors = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        System.exit(run(arguments, terminal, errors, System.getenv()));
    }

    /** Runs one command; returns the exit code. */
    static int run(String[] arguments, Terminal terminal, PrintWriter errors, Map<String, String> environment) {
        CommandLine program = new CommandLine(new Regentctl(terminal, environment));
        program.setErr(errors);
        program.setParameterExceptionHandler((wrong, typed) -> explainUsage(wrong));
        program.setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
        return program.execute(arguments);
    }

    private static int explainUsage(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(command.getHelp().fullSynopsis().strip());
        command.getErr().println("Try '" + name + " --help' for help.\n\nError: " + wrong.getMessage());
        return WRONG_USAGE;
    }

    private static int explain(Exception failure, CommandLine command) throws Exception {
        if (failure instanceof Terminal.EndOfInput) {
            command.getErr().println("Aborted!");
            return FAILED;
        }
        if (failure instanceof CommandFailure || failure instanceof IllegalArgumentException) {
            command.getErr().println("Error: " + failure.getMessage());
            return FAILED;
        }
        throw failure;
    }

    /** Without a command. */
    @Override
    public void run() {
        if (spec != null) {
            terminal.print(spec.commandLine().getUsageMessage());
        }
    }

    Terminal terminal() {
        return terminal;
    }

    /** The cluster that the configuration names, if it does. */
    Optional<String> scope() {
        return settings().scope();
    }

    private CtlSettings settings() {
        Optional<Path> file = Optional.ofNullable(configFile)
                .or(() -> Optional.ofNullable(environment.get(CONFIG_FILE_VARIABLE))
                        .filter(name -> !name.isEmpty())
                        .map(Path::of));
        Optional<String> url =
                Optional.ofNullable(storeUrl).or(() -> Optional.ofNullable(environment.get(STORE_VARIABLE)));
        return CtlSettings.read(file, url, environment);
    }

    /** The cluster of that name, or the one that the configuration names. The caller closes it. */
    Cluster open(Optional<String> clusterName) {
        CtlSettings settings = settings();
        String name = clusterName
                .or(settings::scope)
                .orElseThrow(
                        () -> new CommandFailure("expected the name of a cluster, found none: give it as an argument"
                                + " or name a configuration file with its scope (-c)"));
        return new Cluster(
                name,
                settings.store().open(name, "regentctl"),
                new RestCalls(settings.login(), settings.insecure() || insecure));
    }
}
