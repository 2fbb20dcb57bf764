package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Reads a stopped server's control file by {@code pg_controldata}, again only when the file has changed. Thread-safe. */
final class ControlFile {
    /** What was read of which state of the file. Immutable. */
    private record Known(FileTime modified, Optional<ControlData> data, String problem) {}

    /** Beyond the tick of any file system's clock; more would cost a failover one more look. */
    private static final Duration SETTLED = Duration.ofMillis(20);

    private final DataDirectory data;
    private final Tool tool;
    private final BooleanSupplier atRest;
    private volatile Known known = new Known(FileTime.fromMillis(0), Optional.empty(), "");

    /**
     * @param atRest whether nobody writes the file now
     */
    ControlFile(DataDirectory data, Tool tool, BooleanSupplier atRest) {
        this.data = data;
        this.tool = tool;
        this.atRest = atRest;
    }

    /** Empty when it cannot be read: then {@link #problem()} says why. */
    Optional<ControlData> read() {
        return current().data();
    }

    String problem() {
        return known.problem();
    }

    ControlData require() throws DatabaseException {
        Known now = current();
        return now.data().orElseThrow(() -> new DatabaseException(now.problem()));
    }

    private synchronized Known current() {
        try {
            boolean still = atRest.getAsBoolean();
            FileTime modified = Files.getLastModifiedTime(data.controlFile());
            Known before = known;
            if (before.data().isPresent() && before.modified().equals(modified)) {
                return before;
            }
            Known now = readNow(modified);
            // A file written twice within a tick of the clock looks the same after the second time
            boolean settled = still || Poll.ageOf(modified).compareTo(SETTLED) > 0;
            known = settled ? now : new Known(FileTime.fromMillis(0), now.data(), now.problem());
        } catch (IOException unreadable) {
            known = unreadable("found that it cannot be read: " + unreadable);
        }
        return known;
    }

    private Known readNow(FileTime modified) {
        try {
            Tool.Result result = tool.read(
                    List.of(tool.program("pg_controldata"), data.path().toString()));
            return result.isSuccess()
                    ? new Known(modified, Optional.of(ControlData.parse(result.output())), "")
                    : unreadable("pg_controldata failed: " + result.output().strip());
        } catch (DatabaseException cannotRun) {
            return unreadable(String.valueOf(cannotRun.getMessage()));
        }
    }

    private Known unreadable(String found) {
        return new Known(
                FileTime.fromMillis(0), Optional.empty(), "expected a control file in " + data.path() + ", " + found);
    }
}
