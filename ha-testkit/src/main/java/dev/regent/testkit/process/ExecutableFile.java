package dev.regent.testkit.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds programs the way a shell does. */
final class ExecutableFile {
    private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

    private ExecutableFile() {}

    /** The program of that name in the first folder of the search path, or of the usual ones, that has it. */
    static Optional<Path> find(String name) {
        String searchPath = Optional.ofNullable(System.getenv("PATH")).orElse("");
        // A service's search path often lacks the folders for administrators.
        Stream<String> folders = Stream.concat(
                SEPARATOR.splitAsStream(searchPath),
                Stream.of("/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"));
        return folders.filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    static Path require(String name, String whatToDo) {
        return find(name)
                .orElseThrow(() -> new IllegalStateException(
                        "expected the program " + name + " on the search path, found none: " + whatToDo));
    }
}
