package dev.regent.postgres;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The server's {@code postmaster.pid} cannot be read to its end, as on storage that hangs. */
final class UnreadableFile implements AutoCloseable {
    private final Path file;
    private final Path aside;

    private UnreadableFile(Path file, Path aside) {
        this.file = file;
        this.aside = aside;
    }

    static UnreadableFile of(RealServer server) throws Exception {
        Path file = server.dataDir().resolve("postmaster.pid");
        Path aside = server.dataDir().resolve("postmaster.pid.aside");
        Path pipe = server.dataDir().resolve("postmaster.pid.pipe");
        int failed = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        if (failed != 0) {
            throw new IllegalStateException("mkfifo failed");
        }
        Files.createLink(aside, file);
        Files.move(pipe, file, StandardCopyOption.ATOMIC_MOVE);
        return new UnreadableFile(file, aside);
    }

    /** Whoever reads gets an end, and the file is as it was. Somebody must be reading. */
    @Override
    public void close() throws Exception {
        try (OutputStream end = Files.newOutputStream(file)) {
            end.flush();
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
