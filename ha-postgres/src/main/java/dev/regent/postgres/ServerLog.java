package dev.regent.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server writes to its standard output: all of its log unless it has a collector, otherwise only what comes before
 * that. The file is kept from filling the disk, at the price of what is older than its end. Thread-safe.
 */
final class ServerLog {
    private static final Logger LOG = LoggerFactory.getLogger(ServerLog.class);

    private static final long LARGEST = 64L * 1024 * 1024;
    private static final int KEPT = 8 * 1024 * 1024;
    private static final Duration LOOKS = Duration.ofSeconds(30);

    private final Path file;
    private long lookedAt = Poll.now();

    ServerLog(Path workDir) {
        file = workDir.resolve("server.log");
    }

    Path file() {
        return file;
    }

    long size() throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** Moves the end of a file that has grown too large to another and empties it; looks rarely. */
    synchronized void keepSmall() {
        if (Poll.since(lookedAt).compareTo(LOOKS) < 0) {
            return;
        }
        lookedAt = Poll.now();
        try {
            if (size() > LARGEST) {
                rotate();
            }
        } catch (IOException unwritable) {
            LOG.warn("The server's log {} grows and cannot be cut: {}", file, unwritable.getMessage());
        }
    }

    /** The server appends, whatever the file's length is at that moment. */
    void rotate() throws IOException {
        Path older = file.resolveSibling(file.getFileName() + ".1");
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel log = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileChannel copy = FileChannel.open(
                        draft,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer end = ByteBuffer.allocate((int) Math.min(KEPT, log.size()));
            log.read(end, log.size() - end.capacity());
            copy.write(end.flip());
            Files.move(draft, older, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            log.truncate(0);
        }
    }
}
