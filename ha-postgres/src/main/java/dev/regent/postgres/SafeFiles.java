package dev.regent.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that are either as they were or as they should be, whatever happens in between, and that only their owner reads. */
final class SafeFiles {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY_OF_OWNER = PosixFilePermissions.fromString("rwx------");

    private SafeFiles() {}

    /** Puts the content in place if it is not there already; true when it was not. */
    static boolean replace(Path path, String content, OsUser owner) throws IOException {
        return replace(path, content, owner, OWNER_ONLY);
    }

    static boolean replace(Path path, String content, OsUser owner, Set<PosixFilePermission> permissions)
            throws IOException {
        return replace(path, content.getBytes(StandardCharsets.UTF_8), owner, permissions);
    }

    static boolean replace(Path path, byte[] content, OsUser owner) throws IOException {
        return replace(path, content, owner, OWNER_ONLY);
    }

    private static boolean replace(Path path, byte[] bytes, OsUser owner, Set<PosixFilePermission> permissions)
            throws IOException {
        if (Files.isRegularFile(path) && java.util.Arrays.equals(Files.readAllBytes(path), bytes)) {
            return false;
        }
        Path directory = directoryOf(path);
        createDirectory(directory, owner);
        Path draft = Files.createTempFile(
                directory, path.getFileName() + ".", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            write(draft, bytes);
            Files.setPosixFilePermissions(draft, permissions);
            owner.own(draft);
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        force(directory);
        return true;
    }

    /** Deletes the file for good; true when there was one. */
    static boolean delete(Path path) throws IOException {
        boolean existed = Files.deleteIfExists(path);
        if (existed) {
            force(directoryOf(path));
        }
        return existed;
    }

    /** Creates what is missing of the path; only the last directory becomes the owner's. */
    static void createDirectory(Path directory, OsUser owner) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Files.createDirectories(directoryOf(directory));
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(DIRECTORY_OF_OWNER));
        owner.own(directory);
    }

    /** Empty when there is no such file. */
    static String readIfPresent(Path path) throws IOException {
        try {
            return Files.readString(path, StandardCharsets.UTF_8);
        } catch (NoSuchFileException none) {
            return "";
        }
    }

    private static Path directoryOf(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path.toAbsolutePath().getRoot() : parent;
    }

    private static void write(Path path, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /** What was made, renamed or deleted in the directory is so for good. */
    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory)) {
            channel.force(true);
        }
    }
}
