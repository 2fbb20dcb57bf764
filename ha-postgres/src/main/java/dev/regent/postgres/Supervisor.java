package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.Subscription;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the one server that runs on the data directory, started here or found there, and hears at once when it ends. What a
 * killed server leaves running is killed before anybody learns of the server's death. Thread-safe.
 */
final class Supervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    private static final Poll LEFTOVERS = Poll.every(Duration.ofMillis(2));

    /** Killed processes need moments to end; one that needs more waits for a disk and is reported as such. */
    private static final Duration LEFTOVERS_PATIENCE = Duration.ofMillis(500);

    private static final List<String> OURS = List.of("PATRONI_", "REGENT_", "KUBERNETES_");

    /** How far the start time in the file and that of the process may differ, in seconds. */
    private static final long SAME_START = 3;

    private final Path dataDir;
    private final OsUser user;
    private final ServerProcesses processes;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private @Nullable Postmaster current;
    private @Nullable Thread watcher;

    /** What the file said when the server that wrote it, and all that it left, had ended. */
    private @Nullable PostmasterFile dead;

    private boolean quiet;
    private boolean working;

    Supervisor(Path dataDir, OsUser user) {
        this.dataDir = dataDir;
        this.user = user;
        this.processes = new ServerProcesses(dataDir);
    }

    ServerProcesses processes() {
        return processes;
    }

    Subscription onChange(Runnable callback) {
        listeners.add(callback);
        return () -> listeners.remove(callback);
    }

    void changed() {
        listeners.forEach(Runnable::run);
    }

    /** The server that runs now, if one does. */
    synchronized Optional<Postmaster> running() {
        if (current != null && current.isAlive()) {
            return Optional.of(current);
        }
        current = null;
        Optional<PostmasterFile> file = readFile();
        if (working || file.isEmpty() || (quiet && file.get().equals(dead))) {
            return Optional.empty();
        }
        Optional<ProcessHandle> found = ProcessHandle.of(Math.abs(file.get().pid()));
        if (found.isPresent() && isServer(found.get(), file.get())) {
            Postmaster server = Postmaster.found(found.get());
            LOG.info("Found a running server, process {}", server.pid());
            watch(server);
            return Optional.of(server);
        }
        return Optional.empty();
    }

    Postmaster requireRunning() throws DatabaseException {
        return running()
                .orElseThrow(() ->
                        new DatabaseException("expected the server to run, found that it does not: start it first"));
    }

    void requireStopped() throws DatabaseException {
        Optional<Postmaster> server = running();
        if (server.isPresent()) {
            throw new DatabaseException("expected the server to be stopped, found that it runs as process "
                    + server.get().pid() + ": stop it first");
        }
    }

    /** No process of a server that has ended is left; kills those that are. Our own work on the data is let alone. */
    synchronized boolean isQuiet() {
        Optional<PostmasterFile> file = readFile();
        if (working || (quiet && Objects.equals(dead, file.orElse(null)))) {
            return true;
        }
        try {
            quiet = LEFTOVERS.until(LEFTOVERS_PATIENCE, processes::killServers);
            dead = file.orElse(null);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return quiet;
    }

    /** A server that was seen to run has ended with all that it left, and nobody works on the directory. */
    synchronized boolean isAtRest() {
        return !working
                && quiet
                && running().isEmpty()
                && Objects.equals(dead, readFile().orElse(null));
    }

    /** Kills whatever works on the directory and lets nobody take what this process runs there for a leftover. */
    synchronized void beginWork() throws DatabaseException, InterruptedException {
        processes.killAll();
        working = true;
    }

    synchronized void endWork() {
        working = false;
        quiet = false;
    }

    /** Starts a server that outlives this process and the terminal; whatever still works on the directory is killed first. */
    synchronized Postmaster launch(List<String> command, Path log) throws DatabaseException, InterruptedException {
        Optional<Postmaster> other = running();
        if (other.isPresent()) {
            throw new DatabaseException(
                    "expected no server on " + dataDir + ", found one that somebody else has started as" + " process "
                            + other.get().pid() + ": leave starting and stopping to this node");
        }
        processes.killAll();
        List<String> detached = new ArrayList<>(List.of("setsid"));
        detached.addAll(user.command(command));
        ProcessBuilder builder = new ProcessBuilder(detached)
                .directory(new File("/"))
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        prepare(builder.environment());
        try {
            Postmaster server = Postmaster.ofChild(builder.start());
            LOG.info("Started a server, process {}", server.pid());
            watch(server);
            return server;
        } catch (IOException cannotRun) {
            throw new DatabaseException(
                    "expected to start " + command.get(0) + ", found that it cannot be run: " + cannotRun.getMessage(),
                    cannotRun);
        }
    }

    @Override
    public synchronized void close() {
        listeners.clear();
        if (watcher != null) {
            watcher.interrupt();
        }
    }

    private void watch(Postmaster server) {
        current = server;
        quiet = false;
        dead = null;
        watcher = new Thread(() -> awaitExit(server), "regent-postmaster-" + server.pid());
        watcher.setDaemon(true);
        watcher.start();
    }

    private void awaitExit(Postmaster server) {
        try {
            server.awaitExit();
        } catch (InterruptedException closed) {
            return;
        }
        bury(server);
        changed();
    }

    private synchronized void bury(Postmaster server) {
        boolean replaced = current != server && current != null;
        if (replaced || (current == null && running().isPresent())) {
            return;
        }
        current = null;
        LOG.info("The server has ended, process {}", server.pid());
        if (!isQuiet() && !Thread.currentThread().isInterrupted()) {
            LOG.warn("Processes of a server that has ended still work on {}", dataDir);
        }
    }

    private void prepare(Map<String, String> environment) {
        environment.keySet().removeIf(name -> OURS.stream().anyMatch(name::startsWith));
        environment.remove("NOTIFY_SOCKET");
        environment.remove("PGPASSWORD");
        // Ours suits a process of many threads; who wants one for the server says so under a name of its own
        environment.remove("MALLOC_ARENA_MAX");
        String arenas = environment.remove("PG_MALLOC_ARENA_MAX");
        if (arenas != null) {
            environment.put("MALLOC_ARENA_MAX", arenas);
        }
        environment.putAll(user.environment());
        // A stale file whose process id somebody else has now would keep the server from starting; it is told to
        // ignore the id, because that nobody works on the directory has just been made sure of
        readFile()
                .map(PostmasterFile::pid)
                .filter(pid -> ProcessHandle.of(pid).isPresent())
                .ifPresent(pid -> environment.put("PG_GRANDPARENT_PID", Long.toString(pid)));
    }

    private boolean isServer(ProcessHandle process, PostmasterFile file) {
        return processes
                .isServer(process.pid())
                .orElseGet(() -> process.isAlive()
                        && process.info()
                                .startInstant()
                                .map(start -> Math.abs(start.getEpochSecond() - file.startedAtSecond()) < SAME_START)
                                .orElse(false));
    }

    private Optional<PostmasterFile> readFile() {
        try {
            return PostmasterFile.read(dataDir);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
