package dev.regent.postgres;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Where PostgreSQL's programs are when nobody says. */
final class Programs {
    private Programs() {}

    /** The first directory of the search path that holds a server. */
    static Path onPath() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .filter(directory -> !directory.isBlank())
                .map(Path::of)
                .filter(directory -> Files.isExecutable(directory.resolve("postgres")))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected PostgreSQL's programs in a directory of PATH, found none in " + path
                                + ": install PostgreSQL or name the directory of its programs (bin_dir)"));
    }
}
