package dev.regent.postgres;

import dev.regent.ha.model.Role;
import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The directory that holds one server's data. Used by one thread for changes, by any for questions. */
final class DataDirectory {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> GROUP_READS = PosixFilePermissions.fromString("rw-r-----");
    private static final String STANDBY_SIGNAL = "standby.signal";
    private static final String RECOVERY_SIGNAL = "recovery.signal";

    private final Path path;
    private final OsUser owner;

    DataDirectory(Path path, OsUser owner) {
        this.path = path;
        this.owner = owner;
    }

    /** Another directory of the same owner. */
    DataDirectory at(Path other) {
        return new DataDirectory(other, owner);
    }

    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** Complete enough for a server to look at. */
    boolean hasData() {
        return Files.isRegularFile(resolve("PG_VERSION")) && Files.isRegularFile(controlFile());
    }

    /** What keeps a directory that is not empty from being a server's. */
    String whyNoData() {
        if (!Files.isReadable(path)) {
            return "expected a data directory " + path + " that can be read, found that it cannot: correct its owner ("
                    + owner.name() + ") and permissions (0700), and those of the directories above it";
        }
        return "expected PostgreSQL's data or an empty directory in " + path
                + ", found files without PG_VERSION and global/pg_control: nothing has been deleted;"
                + " move them away, or name another data directory";
    }

    Path controlFile() {
        return path.resolve("global/pg_control");
    }

    /** There is nothing that anybody could miss. */
    boolean isEmpty() {
        if (!Files.exists(path)) {
            return true;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (!name.startsWith(".") && !name.equals("lost+found")) {
                    return false;
                }
            }
            return true;
        } catch (IOException unreadable) {
            return false;
        }
    }

    int majorVersion() throws DatabaseException {
        try {
            return Integer.parseInt(Files.readString(resolve("PG_VERSION")).strip());
        } catch (IOException | NumberFormatException unreadable) {
            throw new DatabaseException(
                    "expected PostgreSQL's major version, 12 or newer, in " + resolve("PG_VERSION") + ", found none: "
                            + unreadable.getMessage(),
                    unreadable);
        }
    }

    boolean isStandby() {
        return Files.exists(resolve(STANDBY_SIGNAL)) || Files.exists(resolve(RECOVERY_SIGNAL));
    }

    /** As what a server would start on it. */
    Role role() {
        return isStandby() ? Role.REPLICA : Role.PRIMARY;
    }

    /** A standby's, or nobody can tell because the directory cannot be looked into. */
    boolean mayBeStandby() {
        return !Files.notExists(resolve(STANDBY_SIGNAL)) || !Files.notExists(resolve(RECOVERY_SIGNAL));
    }

    /** A copy that no server has been started on yet: its control file is that of the server that runs at the source. */
    boolean isFreshCopy() {
        return isStandby() && Files.exists(resolve("backup_label"));
    }

    void becomeStandby() throws IOException {
        write(STANDBY_SIGNAL, "");
        SafeFiles.delete(resolve(RECOVERY_SIGNAL));
    }

    /** Recovers, up to a target if there is one, and then accepts writes. */
    void becomeRecovering() throws IOException {
        write(RECOVERY_SIGNAL, "");
        SafeFiles.delete(resolve(STANDBY_SIGNAL));
    }

    void becomePrimary() throws IOException {
        SafeFiles.delete(resolve(STANDBY_SIGNAL));
        SafeFiles.delete(resolve(RECOVERY_SIGNAL));
    }

    /** Replaces a file of the directory, readable for whom the directory is; true when it changed. */
    boolean write(String name, String content) throws IOException {
        boolean forGroup = Files.getPosixFilePermissions(path).contains(PosixFilePermission.GROUP_READ);
        return SafeFiles.replace(resolve(name), content, owner, forGroup ? GROUP_READS : OWNER_ONLY);
    }

    DatabaseException cannotWrite(IOException cause) {
        return new DatabaseException(
                "cannot write in or beside " + path + ": " + cause + ": check owner, permissions and space", cause);
    }

    /** Why a server could not use the directory, if that can be seen from outside. */
    void checkUsable() throws DatabaseException {
        try {
            if (!owner.isOwnerOf(path)) {
                throw new DatabaseException("expected the data directory " + path + " to belong to " + owner.name()
                        + ", who runs PostgreSQL, found " + Files.getOwner(path).getName()
                        + ": give it to " + owner.name() + " (chown -R) or run PostgreSQL as its owner");
            }
            if (!Files.isWritable(path)) {
                throw new DatabaseException("expected the data directory " + path
                        + " to be writable, found that it is not: correct its permissions (0700) or mount");
            }
        } catch (IOException unreadable) {
            throw new DatabaseException(
                    "cannot look at the data directory " + path + ": " + unreadable.getMessage(), unreadable);
        }
    }

    /** Makes the directory exist and be empty, together with its WAL and its part of tablespaces outside it. */
    void clear() throws IOException {
        SafeFiles.createDirectory(path, owner);
        Path wal = resolve("pg_wal");
        if (Files.isSymbolicLink(wal) && Files.isDirectory(wal)) {
            deleteContent(wal, "*");
        }
        String ours = "PG_" + SafeFiles.readIfPresent(resolve("PG_VERSION")).strip() + "_*";
        for (Path tablespace : entries(resolve("pg_tblspc"), "[0-9]*")) {
            if (Files.isDirectory(tablespace)) {
                deleteContent(tablespace, ours);
            }
        }
        deleteContent(path, "*");
    }

    private static void deleteContent(Path directory, String names) throws IOException {
        for (Path entry : entries(directory, names)) {
            deleteTree(entry);
        }
    }

    private static List<Path> entries(Path directory, String names) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, names)) {
            entries.forEach(found::add);
        }
        return found;
    }

    /** Deletes the directory or file, and what is in it; links are deleted, not followed. */
    static void deleteTree(Path top) throws IOException {
        if (!Files.isDirectory(top, LinkOption.NOFOLLOW_LINKS)) {
            Files.delete(top);
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path directory, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
