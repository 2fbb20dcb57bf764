package dev.regent.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A folder that is gone, with all that is in it, when it is closed. Immutable. */
public final class TemporaryFolder implements AutoCloseable {
    private static final int DELETION_ATTEMPTS = 5;

    private final Path path;

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    /** A new folder whose name begins with the prefix, for the user of this process alone. */
    public static TemporaryFolder create(String prefix) throws IOException {
        // Resolved, because servers compare paths with what the system tells them.
        return new TemporaryFolder(Files.createTempDirectory(prefix).toRealPath());
    }

    /** A new folder for the user alone. */
    public static TemporaryFolder create(String prefix, OrdinaryUser owner) throws IOException {
        TemporaryFolder folder = create(prefix);
        owner.own(folder.path);
        return folder;
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        for (int attempt = 1; Files.exists(path); attempt++) {
            try {
                Files.walkFileTree(path, new Deletion());
            } catch (IOException failed) {
                // A server that was just killed may still have made a file while we were deleting.
                if (attempt == DELETION_ATTEMPTS) {
                    throw new UncheckedIOException("expected to delete " + path + ": end whoever uses it", failed);
                }
            }
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
