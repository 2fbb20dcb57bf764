package dev.regent.postgres;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The files with secrets that are there as long as the program that reads them runs. Whoever is killed leaves them behind.
 * Stateless.
 */
final class BriefFiles {
    static final String INITDB_PASSWORD = "initdb.password";
    static final String TOOL_PASSWORD = "pgpass.tool";
    static final String SCRIPT_PASSWORD = "pgpass.script";
    static final String TOOL_KEY = "key.tool";

    /** With the drafts that they begin as. */
    private static final Pattern NAMES = Pattern.compile("(?:"
            + String.join(
                    "|",
                    Pattern.quote(INITDB_PASSWORD),
                    Pattern.quote(TOOL_PASSWORD),
                    Pattern.quote(SCRIPT_PASSWORD),
                    Pattern.quote(TOOL_KEY))
            + ")(?:\\.[0-9]+\\.new)?");

    private BriefFiles() {}

    /** Deletes what a process before this one has left; no program may run that needs them. */
    static void deleteLeftIn(Path workDir) throws IOException {
        if (!Files.isDirectory(workDir)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(
                workDir,
                file -> NAMES.matcher(String.valueOf(file.getFileName())).matches())) {
            for (Path file : left) {
                SafeFiles.delete(file);
            }
        }
    }
}
