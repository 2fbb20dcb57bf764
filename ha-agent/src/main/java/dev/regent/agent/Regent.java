package dev.regent.agent;

import ch.qos.logback.classic.Level;
import dev.regent.agent.config.AgentConfig;
import dev.regent.agent.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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

    @Parameters(
            arity = "0..1",
            paramLabel = "CONFIG",
            description = "YAML file, or directory of YAML files; without it, the environment says all.")
    private @Nullable Path configFile;

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
        AgentConfig config = AgentConfig.of(ConfigFile.read(Optional.ofNullable(configFile), System.getenv()));
        LogOutput.as(config.log());
        config.warnings().forEach(LOG::warn);
        Agent agent = new Agent(config);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endInGoodOrder(agent), "regent-end"));
        Runnable reload = () -> new Thread(() -> reload(agent), "regent-reload").start();
        agent.onReload(reload);
        HangUp.onSignal(reload);
        try {
            agent.start();
            agent.awaitEnd();
        } finally {
            agent.close();
        }
        return FAILED;
    }

    private void reload(Agent agent) {
        try {
            agent.reconfigure(AgentConfig.of(ConfigFile.read(Optional.ofNullable(configFile), System.getenv())));
            LOG.info("the section restapi has been read again; for the others, restart the agent");
        } catch (IllegalArgumentException | IOException unusable) {
            LOG.error("the configuration stays as it was: {}", unusable.getMessage());
        }
    }

    /** The JVM would call its end by a signal a failure; whoever asked for the end wants to hear that it went well. */
    private static void endInGoodOrder(Agent agent) {
        if (agent.isClosed()) {
            return;
        }
        LOG.info("asked to end");
        agent.close();
        LogOutput.close();
        Runtime.getRuntime().halt(ENDED_IN_GOOD_ORDER);
    }
}
