package dev.regent.agent;

import ch.qos.logback.classic.Level;
import dev.regent.agent.config.AgentConfig;
import dev.regent.agent.config.ConfigFile;
import dev.regent.agent.config.Section;
import dev.regent.agent.config.Validation;
import dev.regent.agent.generate.LocalServer;
import dev.regent.agent.generate.SampleConfig;
import dev.regent.agent.generate.YamlDocument;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The program {@code regent}: runs the agent that a configuration describes until it is told to end. */
@Command(
        name = "regent",
        description = "Keeps the PostgreSQL server of one node a primary or a standby, as its cluster needs.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Regent implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Regent.class);

    private static final int ENDED_IN_GOOD_ORDER = 0;
    private static final int FAILED = 1;
    private static final int LOG_NOT_WRITTEN = 5;

    /** What to do instead of running an agent. */
    private static final class Instead {
        @Option(
                names = "--validate-config",
                description = "Check the configuration, and whether it can work here, and end.")
        private boolean validate;

        @Option(
                names = "--generate-sample-config",
                description = "Write a configuration to begin with, to CONFIG or standard output, and end.")
        private boolean generateSample;

        @Option(
                names = "--generate-config",
                description =
                        "Write a configuration for the server that runs here, to CONFIG or standard output, and end.")
        private boolean generate;
    }

    @ArgGroup(multiplicity = "0..1")
    private Instead instead = new Instead();

    @Option(
            names = {"-i", "--ignore-listen-port"},
            description = "With --validate-config: ports to listen on may be in use.")
    private boolean ignoreListenPort;

    @Option(
            names = {"-p", "--print"},
            description = "With --validate-config: print the configuration as it counts, passwords included.")
    private boolean print;

    @Option(
            names = "--dsn",
            paramLabel = "DSN",
            description = "With --generate-config: how to connect to the server, as libpq has it.")
    private String dsn = "";

    @Parameters(
            arity = "0..1",
            paramLabel = "CONFIG",
            description = "YAML file, or directory of YAML files; without it, the environment says all.")
    private @Nullable Path configFile;

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    private Regent() {}

    public static void main(String[] arguments) {
        LogOutput.toStandardError(Level.INFO);
        CommandLine program = new CommandLine(new Regent());
        program.setExecutionExceptionHandler((failure, command, parsed) -> explain(failure));
        int code = program.execute(arguments);
        LogOutput.close();
        System.exit(code);
    }

    /** What a person did wrong is told in a line; anything else is our fault and told with all there is. */
    private static int explain(Exception failure) {
        if (failure instanceof IllegalArgumentException || failure instanceof IOException) {
            LOG.error("{}", failure.getMessage());
            LOG.debug("in detail", failure);
        } else {
            LOG.error("the agent has failed, please report it", failure);
        }
        return FAILED;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        if (instead.generateSample) {
            return write(SampleConfig.of(environment));
        }
        if (instead.generate) {
            return write(LocalServer.describe(dsn, environment));
        }
        Section root = ConfigFile.read(Optional.ofNullable(configFile), environment);
        return instead.validate ? validate(root) : run(root, environment);
    }

    private int write(YamlDocument document) throws IOException {
        if (configFile == null) {
            out.print(document.text());
            out.flush();
            return ENDED_IN_GOOD_ORDER;
        }
        Path parent = configFile.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(configFile, document.text() + "\n");
        return ENDED_IN_GOOD_ORDER;
    }

    private int validate(Section root) {
        List<String> problems = Validation.problems(root, ignoreListenPort);
        problems.forEach(err::println);
        Validation.warnings(root).forEach(err::println);
        if (!problems.isEmpty()) {
            return FAILED;
        }
        if (print) {
            out.print(YamlDocument.sorted(root.values()).text());
            out.flush();
        }
        return ENDED_IN_GOOD_ORDER;
    }

    private int run(Section root, Map<String, String> environment) throws IOException, InterruptedException {
        AgentConfig config = AgentConfig.of(root);
        LogOutput.as(config.log());
        config.warnings().forEach(LOG::warn);
        SystemdNotice systemd = new SystemdNotice(environment);
        Agent agent = new Agent(config);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endInGoodOrder(agent, systemd), "regent-end"));
        Reloading reloading = new Reloading(Optional.ofNullable(configFile), environment, root, agent, systemd);
        agent.onReload(reloading::begin);
        HangUp.onSignal(reloading::begin);
        try {
            agent.start();
            systemd.ready();
            systemd.watchdog()
                    .ifPresent(interval -> SignOfLife.begin(systemd, interval, () -> agent.isAlive(interval)));
            agent.awaitEnd();
        } finally {
            agent.close();
        }
        return FAILED;
    }

    /** The JVM would call its end by a signal a failure; whoever asked for the end wants to hear that it went well. */
    private static void endInGoodOrder(Agent agent, SystemdNotice systemd) {
        if (agent.isClosed()) {
            return;
        }
        LOG.info("asked to end");
        systemd.stopping();
        agent.close();
        boolean written = LogOutput.close();
        Runtime.getRuntime().halt(written ? ENDED_IN_GOOD_ORDER : LOG_NOT_WRITTEN);
    }
}
