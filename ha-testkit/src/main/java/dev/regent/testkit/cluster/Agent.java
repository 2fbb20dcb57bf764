package dev.regent.testkit.cluster;

import dev.regent.testkit.process.OrdinaryUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One agent process, its server and its files. Used by one thread at a time. */
public final class Agent {
    private static final int SECONDS_TO_END = 60;

    private final AgentSettings settings;
    private final OrdinaryUser user;
    private AgentProgram program;
    private @Nullable Process process;
    private boolean terminating;

    Agent(AgentSettings settings, OrdinaryUser user, AgentProgram program) {
        this.settings = settings;
        this.user = user;
        this.program = program;
    }

    /**
     * From its next start on the agent is another program, which goes on with the same settings, server and data. Both must
     * be run as the same user outside of tests; here the files are given to the one who runs servers.
     */
    public void become(AgentProgram other) throws IOException {
        user.own(settings.folder().resolve(name()));
        program = other;
    }

    public String name() {
        return settings.name();
    }

    public String jdbcUrl() {
        return settings.jdbcUrl();
    }

    public int postgresPort() {
        return settings.postgresPort();
    }

    public String restUrl() {
        return settings.restUrl();
    }

    public int restPort() {
        return settings.restPort();
    }

    public Path dataDir() {
        return settings.dataDir();
    }

    public Path logFile() {
        return settings.logFile();
    }

    public Path yamlFile() {
        return settings.yamlFile();
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Whether the agent was asked to leave since it was last started. */
    public boolean isTerminating() {
        return terminating;
    }

    /** The process id of the agent that was last started. */
    public long pid() {
        return started().pid();
    }

    /** Starts the agent; what it prints is appended to its log file. */
    public void start() throws IOException {
        List<String> line = new ArrayList<>(program.commandFor(user));
        line.add(settings.yamlFile().toString());
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(settings.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(settings.logFile().toFile()));
        process = builder.start();
        terminating = false;
    }

    /** Asks the agent to leave in good order and returns at once. */
    public void terminate() {
        if (process != null) {
            terminating = true;
            process.destroy();
        }
    }

    /** Asks the agent to leave in good order and waits until it has. */
    public void stop() throws InterruptedException {
        terminate();
        awaitEnd();
    }

    /** Waits for the agent's end and returns its exit code. */
    public int awaitEnd() throws InterruptedException {
        Process ending = started();
        if (!ending.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
            throw new IllegalStateException("expected the agent of " + name() + " to end within " + SECONDS_TO_END
                    + " s, it is still running: see " + logFile());
        }
        return ending.exitValue();
    }

    /** Ends the agent without any warning; its server lives on. */
    public void kill() throws InterruptedException {
        signal(started().pid(), "KILL");
        awaitEnd();
    }

    /** Ends the server's main process without any warning. */
    public void killPostmaster() throws IOException, InterruptedException {
        signal(postmasterPid().orElseThrow(() -> new IOException(name() + " has no postmaster to kill")), "KILL");
    }

    /** Ends agent and server together, as the loss of the host does. */
    public void killHost() throws IOException, InterruptedException {
        Optional<Long> postmaster = postmasterPid();
        List<Long> victims = new ArrayList<>(List.of(started().pid()));
        postmaster.ifPresent(victims::add);
        ProcessBuilder kill = new ProcessBuilder("kill", "-KILL");
        victims.forEach(pid -> kill.command().add(String.valueOf(pid)));
        kill.inheritIO().start().waitFor();
        awaitEnd();
        ServerLeftovers.kill(dataDir());
    }

    /** The process id of the server's main process, while there is one. */
    public Optional<Long> postmasterPid() throws IOException {
        Path file = dataDir().resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return Files.readAllLines(file).stream()
                .findFirst()
                .map(line -> Long.parseLong(line.trim()))
                .filter(pid -> ProcessHandle.of(pid).isPresent());
    }

    /** Ends everything at once. */
    void destroy() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
        ServerLeftovers.kill(dataDir());
    }

    private Process started() {
        if (process == null) {
            throw new IllegalStateException("the agent of " + name() + " was never started");
        }
        return process;
    }

    private static void signal(long pid, String name) throws InterruptedException {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException noKill) {
            throw new IllegalStateException("cannot send signals: is kill on the search path?", noKill);
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
