package dev.regent.ctl;

import ch.qos.logback.classic.Level;
import dev.regent.agent.LogOutput;
import dev.regent.agent.Version;
import dev.regent.agent.config.CtlSettings;
import dev.regent.agent.config.Section;
import dev.regent.agent.config.StoreSection;
import dev.regent.ha.spi.Dcs;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
        versionProvider = Version.class)
public final class Regentctl implements Runnable {
    static final int DONE = 0;
    static final int FAILED = 1;

    private static final int WRONG_USAGE = 2;
    private static final int COORDINATOR = 0;
    /** A person waits for a busy store longer than a leader may, whose session runs out meanwhile. */
    private static final Duration STORE_LIMIT = Duration.ofSeconds(5);

    private static final String CONFIG_FILE_VARIABLE = "PATRONICTL_CONFIG_FILE";
    private static final String STORE_VARIABLE = "DCS_URL";

    /** Opens the store for the keys below a path. */
    interface Stores {
        Dcs open(StoreSection store, String path);
    }

    private final Terminal terminal;
    private final Map<String, String> environment;
    private final Stores stores;

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

    Regentctl(Terminal terminal, Map<String, String> environment, Stores stores) {
        this.terminal = terminal;
        this.environment = environment;
        this.stores = stores;
    }

    public static void main(String[] arguments) {
        // What a store's client warns of on the way comes back as the failure of the command, or does not matter.
        LogOutput.toStandardError(Level.ERROR);
        PrintWriter errors = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        Terminal terminal = new Terminal(
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)),
                errors,
                Clock.system(ZoneId.systemDefault()),
                time -> Thread.sleep(time.toMillis()),
                Optional.ofNullable(System.console()).map(there -> new Screen(System.getenv())));
        System.exit(run(arguments, terminal, errors, System.getenv(), Regentctl::openStore));
    }

    private static Dcs openStore(StoreSection store, String path) {
        Dcs dcs = store.open(path, "regentctl");
        dcs.limitCallsTo(STORE_LIMIT);
        return dcs;
    }

    /** Runs one command; returns the exit code. */
    static int run(
            String[] arguments, Terminal terminal, PrintWriter errors, Map<String, String> environment, Stores stores) {
        CommandLine program = new CommandLine(new Regentctl(terminal, environment, stores));
        Commands.addMeantBy(arguments, program);
        program.setErr(errors);
        program.setParameterExceptionHandler((wrong, typed) -> explainUsage(wrong));
        program.setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
        return program.execute(arguments);
    }

    private static int explainUsage(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(command.getHelp().fullSynopsis().strip());
        command.getErr().println("Try '" + name + " --help' for help.\n\nError: " + UsageComplaint.of(wrong));
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

    /** Everything that the configuration says, also what this program does not need. */
    Section configuration() {
        return settings().root();
    }

    /** The file of the configuration, if the user has named one. */
    Optional<Path> configurationFile() {
        return Optional.ofNullable(configFile)
                .or(() -> Optional.ofNullable(environment.get(CONFIG_FILE_VARIABLE))
                        .filter(name -> !name.isEmpty())
                        .map(Path::of));
    }

    private CtlSettings settings() {
        Optional<String> url =
                Optional.ofNullable(storeUrl).or(() -> Optional.ofNullable(environment.get(STORE_VARIABLE)));
        return CtlSettings.read(configurationFile(), url, environment);
    }

    /** The cluster of that name, or the one that the configuration names. The caller closes it. */
    Cluster open(Optional<String> clusterName, Optional<Integer> group) {
        CtlSettings settings = settings();
        String name = name(settings, clusterName);
        Optional<Integer> meant = group.or(settings::citusGroup);
        return open(settings, name, settings.isCitus() ? meant.or(() -> Optional.of(COORDINATOR)) : meant);
    }

    private static String name(CtlSettings settings, Optional<String> clusterName) {
        return clusterName
                .or(settings::scope)
                .orElseThrow(
                        () -> new CommandFailure("expected the name of a cluster, found none: give it as an argument"
                                + " or name a configuration file with its scope (-c)"));
    }

    private Cluster open(CtlSettings settings, String name, Optional<Integer> group) {
        String path = group.map(number -> name + "/" + number).orElse(name);
        return new Cluster(
                name,
                group,
                stores.open(settings.store(), path),
                new RestCalls(settings.login(), settings.tls(), settings.insecure() || insecure));
    }

    /** The cluster as it is shown now: of a Citus cluster all groups, unless one is wanted. */
    Looks look(Optional<String> clusterName, Optional<Integer> group) {
        CtlSettings settings = settings();
        String name = name(settings, clusterName);
        if (group.isPresent() || !settings.isCitus()) {
            try (Cluster cluster = open(settings, name, group)) {
                return Looks.of(cluster.look());
            }
        }
        return allGroups(settings, name);
    }

    private Looks allGroups(CtlSettings settings, String name) {
        List<Look> groups = new ArrayList<>();
        for (int number : groupNumbers(settings, name)) {
            try (Cluster cluster = open(settings, name, Optional.of(number))) {
                groups.add(cluster.look());
            }
        }
        return new Looks(name, true, groups);
    }

    /** The groups have their entries below their numbers. */
    private Set<Integer> groupNumbers(CtlSettings settings, String name) {
        try (Cluster all = open(settings, name, Optional.empty())) {
            return all.entries().byKey().keySet().stream()
                    .map(key -> key.substring(0, Math.max(0, key.indexOf('/'))))
                    .filter(first -> first.matches("\\d{1,9}"))
                    .map(Integer::valueOf)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Refuses to guess which group of a Citus cluster is meant. */
    void needGroup(Optional<Integer> group) {
        if (group.isEmpty() && settings().isCitus()) {
            throw new CommandFailure("For Citus clusters the --group must me specified");
        }
    }

    /** The group of a Citus cluster that is meant, asked for where nobody has said it and somebody may be asked. */
    Optional<Integer> askForGroup(Optional<String> clusterName, Optional<Integer> said, boolean force) {
        if (said.isPresent() || !settings().isCitus()) {
            return said;
        }
        terminal.line("Current cluster topology");
        terminal.print(MemberTable.print(look(clusterName, said), TableFormat.pretty, false));
        if (force) {
            needGroup(said);
        }
        while (true) {
            String typed = terminal.ask("Citus group");
            if (typed.matches("\\d{1,9}")) {
                return Optional.of(Integer.valueOf(typed));
            }
            terminal.line("Error: '" + typed + "' is not a valid integer.");
        }
    }

    /** The program that a command stands below. */
    static Regentctl above(@Nullable Regentctl program) {
        if (program == null) {
            throw new IllegalStateException("a subcommand runs below its program only");
        }
        return program;
    }
}
