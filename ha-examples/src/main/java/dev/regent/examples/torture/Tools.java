package dev.regent.examples.torture;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tools that agents run for a while: initdb, pg_basebackup, pg_rewind, single-user servers. Stateless. */
final class Tools {
    private static final Path PROCESSES = Path.of("/proc");
    private static final Set<String> PROGRAMS = Set.of("initdb", "pg_basebackup", "pg_rewind");
    private static final String SINGLE_USER_SERVER = "\0--single\0";

    /** One that runs. */
    record RunningTool(ProcessHandle process, String name) {}

    private Tools() {}

    /** One that works on any of these directories. */
    static Optional<RunningTool> running(List<Path> dataDirs) throws IOException {
        // Tools live for moments: only names that may be theirs are looked at closely
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                Optional<String> name = name(process, dataDirs);
                Optional<ProcessHandle> handle = name.isEmpty()
                        ? Optional.empty()
                        : ProcessHandle.of(Long.parseLong(String.valueOf(process.getFileName())));
                if (handle.isPresent()) {
                    return Optional.of(new RunningTool(handle.get(), name.get()));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> name(Path process, List<Path> dataDirs) {
        String program = program(process);
        boolean tool = PROGRAMS.contains(program);
        if (!tool && !program.equals("postgres")) {
            return Optional.empty();
        }
        String line = commandLine(process);
        boolean ours = dataDirs.stream().anyMatch(directory -> line.contains(directory.toString()));
        boolean helper = ours && (tool || line.contains(SINGLE_USER_SERVER));
        return helper ? Optional.of(tool ? program : "postgres --single") : Optional.empty();
    }

    static boolean isPostgres(ProcessHandle process) {
        return program(PROCESSES.resolve(String.valueOf(process.pid()))).equals("postgres");
    }

    private static String program(Path process) {
        try {
            return String.valueOf(Files.readSymbolicLink(process.resolve("exe")).getFileName());
        } catch (IOException gone) {
            return "";
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }
}
