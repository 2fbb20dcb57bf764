package dev.regent.postgres;

import dev.regent.ha.model.ServerHealth.Finding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Whether a file can be written where data and log are, and reaches the storage. */
final class FileWrite implements HealthCheck {
    /** What begins so is left out of copies by pg_basebackup and let alone by pg_rewind. */
    private static final String FILE = "pgsql_tmp.regent_health";

    private static final int PAGE = 8192;

    private final Volumes volumes;
    private final OsUser owner;
    private volatile Optional<Duration> lastTook = Optional.empty();

    FileWrite(Volumes volumes, OsUser owner) {
        this.volumes = volumes;
        this.owner = owner;
    }

    /** How long the slower of the two places took when it was last tried. */
    Optional<Duration> lastTook() {
        return lastTook;
    }

    @Override
    public Optional<Problem> look() {
        Duration longest = Duration.ZERO;
        for (Path directory : volumes.main()) {
            long begun = Poll.now();
            try {
                write(directory.resolve(FILE));
            } catch (IOException failed) {
                return Optional.of(problem(directory, failed));
            }
            Duration took = Poll.since(begun);
            longest = took.compareTo(longest) > 0 ? took : longest;
        }
        lastTook = Optional.of(longest);
        return Optional.empty();
    }

    private void write(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            owner.own(file);
            ByteBuffer page = ByteBuffer.allocate(PAGE);
            while (page.hasRemaining()) {
                channel.write(page);
            }
            channel.force(true);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Problem problem(Path directory, IOException failed) {
        String message = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
        boolean full = message.contains("no space left") || message.contains("quota");
        return new Problem(
                full ? Finding.DISK_FULL : Finding.NOT_WRITABLE,
                "expected to write a file in " + directory + ", found that it fails (" + failed + "): check "
                        + (full ? "space and quota" : "permissions, and whether it is mounted read-only"));
    }
}
