package dev.regent.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The marker that data is being created, copied or rewound: written before the first change and removed after the last, so
 * that whatever ended the work in between, the data is known to be unusable. It lies outside the data directory, because
 * pg_basebackup wants that empty and pg_rewind deletes from it what its source does not have. Thread-safe.
 */
final class UnfinishedWork {
    static final String FILE = "unfinished";

    /** How the description of work on data that was complete before begins. */
    static final String REWIND = "a rewind to ";

    private final Path marker;
    private final OsUser owner;

    UnfinishedWork(Path workDir, OsUser owner) {
        this.marker = workDir.resolve(FILE);
        this.owner = owner;
    }

    boolean exists() {
        return Files.exists(marker);
    }

    /** What was begun and never ended, for people. */
    Optional<String> description() {
        try {
            return Optional.of(SafeFiles.readIfPresent(marker).strip())
                    .filter(text -> !text.isEmpty())
                    .map(text -> text + " and was never finished (" + marker + ")");
        } catch (IOException unreadable) {
            return Optional.of("unfinished work, of which " + marker + " cannot be read");
        }
    }

    /** The data was whole when the work began, and may still hold what nobody else has. */
    boolean mayHoldLastCopy() throws IOException {
        return SafeFiles.readIfPresent(marker).startsWith(REWIND);
    }

    void begin(String what) throws IOException {
        SafeFiles.replace(marker, what + " began\n", owner);
    }

    void end() throws IOException {
        SafeFiles.delete(marker);
    }
}
