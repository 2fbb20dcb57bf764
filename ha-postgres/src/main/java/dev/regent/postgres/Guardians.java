package dev.regent.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the guardians of a data directory, whoever has started them. Thread-safe. */
final class Guardians {
    /** The word by which a guardian is known among the system's processes; the data directory follows it. */
    static final String MARK = "regent-guardian";

    private final Path dataDir;

    Guardians(Path dataDir) {
        this.dataDir = dataDir;
    }

    /** Ends those that an earlier process has left behind. */
    void endThoseOfOthers() {
        long self = ProcessHandle.current().pid();
        living().stream()
                .filter(guardian ->
                        guardian.parent().filter(parent -> parent.pid() == self).isEmpty())
                .forEach(ProcessHandle::destroyForcibly);
    }

    List<ProcessHandle> living() {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (isGuardian(process)) {
                    ProcessHandle.of(Long.parseLong(String.valueOf(process.getFileName())))
                            .ifPresent(found::add);
                }
            }
        } catch (IOException noProc) {
            return List.of();
        }
        return found;
    }

    private boolean isGuardian(Path process) {
        try {
            String arguments = new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8);
            return arguments.endsWith("\0" + MARK + "\0" + dataDir + "\0");
        } catch (IOException gone) {
            return false;
        }
    }
}
