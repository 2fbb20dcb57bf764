package dev.regent.testkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Ends whatever still works in a data directory, or watches over it. */
final class ServerLeftovers {
    private static final Path PROCESSES = Path.of("/proc");

    private ServerLeftovers() {}

    static void kill(Path dataDir) {
        living(dataDir).forEach(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
    }

    /** Processes whose working directory is the data directory, or whose command line names it. */
    static List<ProcessHandle> living(Path dataDir) {
        try (Stream<Path> entries = Files.list(PROCESSES)) {
            return entries.filter(entry -> belongs(entry, dataDir))
                    .flatMap(entry -> handle(entry).stream())
                    .filter(process -> process.pid() != ProcessHandle.current().pid())
                    .toList();
        } catch (IOException noProcesses) {
            throw new UncheckedIOException(noProcesses);
        }
    }

    private static boolean belongs(Path process, Path dataDir) {
        if (!Character.isDigit(process.getFileName().toString().charAt(0))) {
            return false;
        }
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).startsWith(dataDir)
                    || Files.readString(process.resolve("cmdline")).contains(dataDir.toString());
        } catch (IOException gone) {
            return false;
        }
    }

    private static Optional<ProcessHandle> handle(Path process) {
        return ProcessHandle.of(Long.parseLong(process.getFileName().toString()));
    }
}
