package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs PostgreSQL's programs as its user, with an environment of their own, their output in a file that a person can read
 * afterwards. An interrupted run takes its program, and what that has started, with it. Thread-safe.
 */
final class Tool {
    /** How a program ended, with the end of what it wrote. */
    record Result(int exitCode, String output) {
        boolean isSuccess() {
            return exitCode == 0;
        }
    }

    private static final File NOTHING = new File("/dev/null");
    static final Duration GRACE = Duration.ofMillis(500);

    private static final long MOST_OUTPUT = 64 * 1024;

    /** What begins like this may be a password, or is meant for this process alone. */
    private static final List<String> SECRETIVE =
            List.of("PATRONI_", "REGENT_", "KUBERNETES_", "NOTIFY_SOCKET", "PGPASSWORD");

    private static final List<String> INHERITED = List.of(
            "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "LC_COLLATE", "TZ", "LD_LIBRARY_PATH");

    private final PostgresSettings settings;
    private final OsUser user;

    Tool(PostgresSettings settings, OsUser user) {
        this.settings = settings;
        this.user = user;
    }

    /** The path of one of PostgreSQL's programs. */
    String program(String name) {
        return settings.binDir()
                .resolve(settings.programNames().getOrDefault(name, name))
                .toString();
    }

    boolean isInstalled(String name) {
        return Files.isExecutable(Path.of(program(name)));
    }

    Result run(List<String> command, Map<String, String> environment) throws DatabaseException, InterruptedException {
        return run(command, environment, "");
    }

    /** Runs to the end; the input must be short. */
    Result run(List<String> command, Map<String, String> environment, String input)
            throws DatabaseException, InterruptedException {
        Path log = log(command.get(0));
        if (!Files.isExecutable(Path.of(command.get(0)))) {
            throw cannotRun(command, new IOException("there is no such program"));
        }
        try {
            SafeFiles.createDirectory(settings.workDir(), user);
            ProcessBuilder builder = builder(user.command(command), environment)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            if (input.isEmpty()) {
                builder.redirectInput(NOTHING);
            }
            Process process = builder.start();
            feed(process, input);
            return new Result(waitFor(process), tail(log, 0));
        } catch (IOException cannotRun) {
            throw cannotRun(command, cannotRun);
        }
    }

    /** Runs somebody's program, found on the search path if need be, with this process's environment less its secrets. */
    Result runScript(List<String> words, Map<String, String> environment)
            throws DatabaseException, InterruptedException {
        Map<String, String> all = scriptEnvironment();
        all.putAll(environment);
        return run(scriptCommand(words), all, "");
    }

    /** Starts somebody's program, which writes to where this process does, and does not wait for it. */
    Process startScript(List<String> words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(user.command(scriptCommand(words)))
                .directory(new File("/"))
                .redirectInput(NOTHING)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        builder.environment().putAll(scriptEnvironment());
        return builder.start();
    }

    private static List<String> scriptCommand(List<String> words) {
        List<String> command = new ArrayList<>(words);
        command.set(0, onPath(words.get(0)));
        return command;
    }

    private Map<String, String> scriptEnvironment() {
        Map<String, String> all = new HashMap<>(System.getenv());
        all.keySet().removeIf(name -> SECRETIVE.stream().anyMatch(name::startsWith));
        all.putAll(user.environment());
        return all;
    }

    private static String onPath(String program) {
        if (program.contains("/")) {
            return program;
        }
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(program);
    }

    /** Starts a program that runs until it is told to end, with its output in a new file. */
    Process start(List<String> command, Path log) throws DatabaseException {
        try {
            return builder(user.command(command), Map.of())
                    .redirectErrorStream(true)
                    .redirectInput(NOTHING)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException cannotRun) {
            throw cannotRun(command, cannotRun);
        }
    }

    /** Of the programs; zero when they do not tell. */
    int majorVersion() throws DatabaseException {
        String[] words =
                read(List.of(program("postgres"), "--version")).output().strip().split("[ .]+", -1);
        try {
            return words.length > 2 ? Integer.parseInt(words[2].replaceAll("[^0-9].*", "")) : 0;
        } catch (NumberFormatException unreadable) {
            return 0;
        }
    }

    /** Where the output of the program's last run is. */
    Path log(String program) {
        return settings.workDir().resolve(Path.of(program).getFileName() + ".log");
    }

    /** Runs a program that ends at once and returns all that it writes; it needs no rights on PostgreSQL's files. */
    Result read(List<String> command) throws DatabaseException {
        try {
            Process process = builder(command, Map.of("LC_ALL", "C", "LANG", "C"))
                    .redirectErrorStream(true)
                    .redirectInput(NOTHING)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.onExit().join().exitValue(), output);
        } catch (IOException cannotRun) {
            throw cannotRun(command, cannotRun);
        }
    }

    /** What a file holds from the offset on, at most its end. */
    static String tail(Path file, long offset) throws IOException {
        try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(offset, reader.length() - MOST_OUTPUT);
            byte[] bytes = new byte[(int) Math.max(0, reader.length() - from)];
            reader.seek(from);
            reader.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private ProcessBuilder builder(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
        Map<String, String> inherited = new HashMap<>(builder.environment());
        inherited.keySet().retainAll(INHERITED);
        builder.environment().clear();
        builder.environment().putAll(inherited);
        builder.environment().putAll(user.environment());
        builder.environment().putAll(environment);
        return builder;
    }

    private static void feed(Process process, String input) throws IOException {
        if (input.isEmpty()) {
            return;
        }
        try (OutputStream stream = process.getOutputStream()) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static int waitFor(Process process) throws InterruptedException {
        try {
            return process.waitFor();
        } catch (InterruptedException interrupted) {
            end(process);
            throw interrupted;
        }
    }

    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
        }
        family.forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
    }

    private static DatabaseException cannotRun(List<String> command, IOException why) {
        return new DatabaseException(
                "expected to run " + command.get(0) + ", found that it cannot be run (" + why.getMessage()
                        + "): install PostgreSQL's programs or correct the directory of its programs",
                why);
    }
}
