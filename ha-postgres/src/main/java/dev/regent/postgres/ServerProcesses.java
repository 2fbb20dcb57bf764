package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The operating system's processes that work on one data directory, found by what they are (program, working directory,
 * arguments) and not by whose children they are: a killed server's backends go on, and so do the tools of a killed agent.
 * Thread-safe; sees nothing where there is no {@code /proc}.
 */
final class ServerProcesses {
    private static final Path PROC = Path.of("/proc");
    private static final String DELETED = " (deleted)";
    private static final Set<String> TOOLS = Set.of("initdb", "pg_basebackup", "pg_rewind");
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path dataDir;

    ServerProcesses(Path dataDir) {
        this.dataDir = dataDir;
    }

    /** All servers, backends and tools at work on the directory. */
    List<ProcessHandle> living() {
        return living(true);
    }

    private List<ProcessHandle> living(boolean withTools) {
        List<ProcessHandle> found = new ArrayList<>();
        Path directory = realDataDir();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (worksOn(directory, process, withTools)) {
                    ProcessHandle.of(Long.parseLong(String.valueOf(process.getFileName())))
                            .ifPresent(found::add);
                }
            }
        } catch (IOException noProc) {
            return List.of();
        }
        return found;
    }

    /** Whether the process is a PostgreSQL server, or a backend of one, on the directory; empty when that cannot be told. */
    Optional<Boolean> isServer(long pid) {
        Path process = PROC.resolve(Long.toString(pid));
        Optional<Path> workingDirectory = link(process, "cwd");
        Optional<String> program = link(process, "exe").map(ServerProcesses::nameOf);
        if (workingDirectory.isEmpty() || program.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(isPostgres(program.get()) && workingDirectory.get().equals(realDataDir()));
    }

    /** Whether recovery has used up the WAL that is there, as its process says by its title. */
    boolean isWaitingForWal() {
        return living(false).stream()
                .map(process -> arguments(PROC.resolve(Long.toString(process.pid()))))
                .anyMatch(title -> title.contains("startup waiting for "));
    }

    /** Kills until none is left. */
    void killAll() throws DatabaseException, InterruptedException {
        if (!Poll.every(PAUSE).until(PATIENCE, this::killOnce)) {
            throw new DatabaseException("expected the processes that work on " + dataDir + " to end when killed, found "
                    + living().stream().map(ProcessHandle::pid).toList()
                    + " still there: the disk they wait for may hang");
        }
    }

    private boolean killOnce() {
        return kill(living());
    }

    /** Kills servers and backends; true when there was none. A person's tools are let alone. */
    boolean killServers() {
        return kill(living(false));
    }

    private static boolean kill(List<ProcessHandle> living) {
        living.forEach(ProcessHandle::destroyForcibly);
        return living.isEmpty();
    }

    private static boolean isPostgres(String program) {
        return program.equals("postgres") || program.equals("postmaster");
    }

    private boolean worksOn(Path directory, Path process, boolean toolsToo) {
        Optional<String> program = link(process, "exe").map(ServerProcesses::nameOf);
        if (program.isEmpty()) {
            return false;
        }
        if (isPostgres(program.get())) {
            return link(process, "cwd").filter(directory::equals).isPresent();
        }
        return toolsToo && TOOLS.contains(program.get()) && names(directory, process);
    }

    /** Whether the directory is among the arguments, alone or after an equals sign. */
    private boolean names(Path directory, Path process) {
        return List.of(arguments(process).split("\0")).stream()
                .map(argument -> argument.substring(argument.startsWith("--") ? argument.indexOf('=') + 1 : 0))
                .anyMatch(path -> path.equals(directory.toString()) || path.equals(dataDir.toString()));
    }

    /** Each ended by a zero byte; empty when the process is gone. */
    private static String arguments(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8);
        } catch (IOException gone) {
            return "";
        }
    }

    private static Optional<Path> link(Path process, String name) {
        try {
            return Optional.of(Files.readSymbolicLink(process.resolve(name)));
        } catch (IOException goneOrNotOurs) {
            return Optional.empty();
        }
    }

    private static String nameOf(Path program) {
        String name = String.valueOf(program.getFileName());
        return name.endsWith(DELETED) ? name.substring(0, name.length() - DELETED.length()) : name;
    }

    private Path realDataDir() {
        try {
            return dataDir.toRealPath();
        } catch (IOException missing) {
            return dataDir;
        }
    }
}
