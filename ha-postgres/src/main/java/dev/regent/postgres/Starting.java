package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the server on data that is complete, and waits until it accepts connections. Used by one thread. */
final class Starting {
    private static final Logger LOG = LoggerFactory.getLogger(Starting.class);

    private static final Poll READY = Poll.every(Duration.ofMillis(5));

    /** Recovery that waits for the next WAL file that long waits for ever. */
    private static final Duration WAIT_FOR_WAL = Duration.ofSeconds(3);

    private static final int LINES_OF_LOG = 12;

    /** First what the server complains of is left out, then whatever else has changed. */
    private static final int MOST_RETREATS = 5;

    private static final String SOCKET_DIRECTORIES = "unix_socket_directories";

    /** What the address of a Unix socket holds, less the name that PostgreSQL gives to the socket. */
    private static final int LONGEST_SOCKET_DIRECTORY = 107 - "/.s.PGSQL.65535".length();

    private volatile PostgresSettings settings;
    private final DataDirectory data;
    private final UnfinishedWork unfinished;
    private final ConfigFiles config;
    private final Supervisor supervisor;
    private final Tool tool;
    private final OsUser user;
    private final Probe probe;
    private final RunningFacts facts;
    private final ServerLog log;

    /** What the server wrote before it ended, when the last start failed. */
    private String lastOutput = "";

    /** The last start was waited for to its end. */
    private boolean cameUp;

    /** The last start failed because the server may not write to its socket directory. */
    private boolean socketsRefused;

    /** Where the sockets go since the directory that nobody had chosen turned out to be closed to the user. */
    private Optional<String> otherSockets = Optional.empty();

    Starting(
            PostgresSettings settings,
            DataDirectory data,
            UnfinishedWork unfinished,
            ConfigFiles config,
            Supervisor supervisor,
            Tool tool,
            OsUser user,
            Probe probe,
            RunningFacts facts,
            ServerLog log) {
        this.settings = settings;
        this.data = data;
        this.unfinished = unfinished;
        this.config = config;
        this.supervisor = supervisor;
        this.tool = tool;
        this.user = user;
        this.probe = probe;
        this.facts = facts;
        this.log = log;
    }

    /** From the next time on. */
    void use(PostgresSettings changed) {
        settings = changed;
    }

    void requireUsableData() throws DatabaseException {
        if (unfinished.exists()) {
            throw new DatabaseException("expected complete data in " + data.path() + ", found that "
                    + unfinished.description().orElse("")
                    + ": the data must be copied anew; remove the marker only if you know the data to be whole");
        }
        if (!data.hasData()) {
            throw new DatabaseException(
                    data.isEmpty()
                            ? "expected a server's data in " + data.path() + ", found none: create or clone it first"
                            : data.whyNoData());
        }
        data.checkUsable();
        if (!tool.isInstalled("postgres")) {
            throw new DatabaseException("expected PostgreSQL's programs in " + settings.binDir()
                    + ", found no postgres there: install it or correct the directory of its programs (bin_dir)");
        }
    }

    /**
     * Starts the server in the role that its signal files give it. False when it was not ready in the time that it may be
     * waited for, and goes on starting.
     */
    boolean start(Optional<ControlData> standbyOn) throws DatabaseException, InterruptedException {
        lastOutput = "";
        try {
            withSockets(() -> startOnce(standbyOn));
        } catch (DatabaseException failed) {
            startAsBefore(standbyOn, failed);
        }
        return cameUp;
    }

    /** A server that ran before a change of the configuration is not kept down by it. */
    private void startAsBefore(Optional<ControlData> standbyOn, DatabaseException first)
            throws DatabaseException, InterruptedException {
        for (int attempt = 0; attempt < MOST_RETREATS && !lastOutput.isEmpty(); attempt++) {
            if (!config.retreat(lastOutput)) {
                break;
            }
            lastOutput = "";
            try {
                withSockets(() -> startOnce(standbyOn));
                return;
            } catch (DatabaseException again) {
                LOG.debug("The server does not start with the settings that it had before either", again);
            }
        }
        config.forgetRetreat();
        throw first;
    }

    private void startOnce(Optional<ControlData> standbyOn) throws DatabaseException, InterruptedException {
        Launched server = launch(standbyOn, List.of());
        cameUp = isReadyInTime(server);
        if (!cameUp) {
            return;
        }
        try {
            config.backUp();
        } catch (IOException cannotCopy) {
            throw new DatabaseException(
                    "the server runs, but its configuration cannot be copied: " + cannotCopy.getMessage(), cannotCopy);
        }
    }

    private boolean isReadyInTime(Launched server) throws DatabaseException, InterruptedException {
        Duration patience = config.effective().startPatience();
        boolean ready = READY.until(patience, () -> isReady(server));
        if (!ready) {
            LOG.info("The server has been starting for {} s and is left to itself", patience.toSeconds());
        }
        return ready;
    }

    /** Starts a standby that has no upstream; fails when it needs one to reach a state in which it can be stopped. */
    void startAlone(ControlData standbyOn) throws DatabaseException, InterruptedException {
        withSockets(() -> startAloneOnce(standbyOn));
    }

    private void startAloneOnce(ControlData standbyOn) throws DatabaseException, InterruptedException {
        Launched server = launch(Optional.of(standbyOn), List.of(WalRetention.everything(data.majorVersion())));
        while (!isReady(server)) {
            READY.until(() -> isReady(server) || waitsForWal());
            if (!READY.until(WAIT_FOR_WAL, () -> isReady(server) || !waitsForWal())) {
                throw new DatabaseException("expected all WAL that the data in " + data.path()
                        + " needs to be there, found that some is missing: the data can only be copied anew");
            }
        }
    }

    /** A start. */
    @FunctionalInterface
    private interface Start {
        void run() throws DatabaseException, InterruptedException;
    }

    /**
     * An ordinary user often may not write to the directory that PostgreSQL was built with. Where nobody has chosen one, the
     * sockets then go beside the data, or, if that path is too long for a socket, there are none.
     */
    private void withSockets(Start start) throws DatabaseException, InterruptedException {
        try {
            start.run();
        } catch (DatabaseException failed) {
            if (!socketsRefused || otherSockets.isPresent() || isSocketDirectoryChosen()) {
                throw failed;
            }
            String beside = settings.workDir().toString();
            otherSockets = Optional.of(beside.length() <= LONGEST_SOCKET_DIRECTORY ? beside : "");
            LOG.info(
                    "PostgreSQL's own socket directory is closed to {}; its sockets are in \"{}\" instead",
                    user.name(),
                    beside);
            start.run();
        }
    }

    private boolean isSocketDirectoryChosen() {
        return settings.unixSocketDir().isPresent()
                || settings.parameters().containsKey(SOCKET_DIRECTORIES)
                || config.cluster().parameters().containsKey(SOCKET_DIRECTORIES);
    }

    private boolean waitsForWal() {
        return supervisor.processes().isWaitingForWal();
    }

    /** Waits until the server, whoever has started it, accepts connections; false when it goes on starting. */
    boolean awaitReady(Postmaster server) throws DatabaseException, InterruptedException {
        return isReadyInTime(new Launched(server, logged()));
    }

    /** A server that has just been started, and from where on its log is its own. Immutable. */
    private record Launched(Postmaster server, long logged) {}

    private Launched launch(Optional<ControlData> standbyOn, List<String> further)
            throws DatabaseException, InterruptedException {
        config.write(standbyOn);
        createDirectories();
        List<String> command = new ArrayList<>(List.of(tool.program("postgres")));
        command.addAll(config.commandLine());
        command.addAll(further);
        otherSockets.ifPresent(directory -> command.add("--" + SOCKET_DIRECTORIES + "=" + directory));
        probe.reset();
        facts.reset();
        long logged = logged();
        return new Launched(supervisor.launch(command, log.file()), logged);
    }

    private long logged() throws DatabaseException {
        try {
            return log.size();
        } catch (IOException unreadable) {
            throw new DatabaseException("cannot read the server's log: " + unreadable, unreadable);
        }
    }

    private boolean isReady(Launched launched) throws DatabaseException {
        Postmaster server = launched.server();
        try {
            if (!server.isAlive()) {
                lastOutput = Tool.tail(log.file(), launched.logged());
                throw explain(lastOutput);
            }
            return PostmasterFile.read(data.path())
                    .filter(file -> file.pid() == server.pid() && file.isReady())
                    .isPresent();
        } catch (IOException unreadable) {
            throw new DatabaseException(
                    "cannot follow the start of the server: " + unreadable.getMessage(), unreadable);
        }
    }

    private void createDirectories() throws DatabaseException {
        try {
            SafeFiles.createDirectory(settings.workDir(), user);
            for (String directory : socketDirectories()) {
                if (directory.startsWith("/")) {
                    SafeFiles.createDirectory(Path.of(directory), user);
                }
            }
        } catch (IOException cannotCreate) {
            throw new DatabaseException(
                    "cannot create a directory that the server needs: " + cannotCreate + ": create it or correct"
                            + " unix_socket_directories",
                    cannotCreate);
        }
    }

    private List<String> socketDirectories() {
        String configured = settings.parameters()
                .getOrDefault(
                        SOCKET_DIRECTORIES,
                        settings.unixSocketDir().map(Path::toString).orElse(""));
        return List.of(configured.split("\\s*,\\s*"));
    }

    private DatabaseException explain(String output) {
        String lower = output.toLowerCase(Locale.ROOT);
        socketsRefused = lower.contains("could not create lock file") && lower.contains("permission denied");
        if (lower.contains("address already in use") || lower.contains("could not bind")) {
            return new DatabaseException("expected port " + settings.port() + " to be free for PostgreSQL on "
                    + settings.listen() + ", found it in use: stop the other program or choose another port (listen). "
                    + lastLines(output));
        }
        if (socketsRefused) {
            return new DatabaseException("expected PostgreSQL's socket directory to be writable for " + user.name()
                    + ", found that it is not: set unix_socket_directories to one that is. " + lastLines(output));
        }
        return new DatabaseException("expected the server to start, found that it ended: " + lastLines(output));
    }

    private static String lastLines(String output) {
        List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
        return "The server's log ends with: "
                + String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_OF_LOG), lines.size()));
    }
}
