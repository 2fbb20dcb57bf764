package dev.regent.agent.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Finds programs of this host, and asks them. */
public final class Programs {
    private static final int PATIENCE_SECONDS = 10;

    private Programs() {}

    /** In the directory, or on the search path when there is none. */
    public static Optional<Path> find(String directory, String program) {
        List<String> directories =
                directory.isEmpty() ? Arrays.asList(searchPath().split(":", -1)) : List.of(directory);
        return directories.stream()
                .map(each -> path(each).resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static String searchPath() {
        return System.getenv().getOrDefault("PATH", "");
    }

    /** A text that can be no path leads nowhere. */
    static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException impossible) {
            return Path.of("/dev/null/no-path");
        }
    }

    /** What a program prints; absent when it fails, hangs or is not there. */
    public static Optional<String> output(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.exitValue() == 0 ? Optional.of(text) : Optional.empty();
        } catch (IOException missing) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
