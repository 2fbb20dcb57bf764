package dev.regent.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The user of the operating system that runs PostgreSQL and owns its files: this process's own, or, because PostgreSQL
 * refuses root, an ordinary one when this process is root. Immutable.
 */
final class OsUser {
    private static final String ROOT = "root";
    private static final int UID = 2;
    private static final int GID = 3;
    private static final int HOME = 5;

    /** The fields of the user's line in the password database; empty when it is this process's own user. */
    private final List<String> other;

    private OsUser(List<String> other) {
        this.other = List.copyOf(other);
    }

    /** Refuses what PostgreSQL would refuse, and what this process may not do. */
    static OsUser of(Optional<String> name) {
        String self = System.getProperty("user.name", "");
        if (name.isEmpty() || name.get().equals(self)) {
            if (self.equals(ROOT)) {
                throw new IllegalArgumentException("expected an ordinary user to run PostgreSQL as, found root, which"
                        + " PostgreSQL refuses: name one such as postgres, or start this process as one");
            }
            return new OsUser(List.of());
        }
        if (!self.equals(ROOT)) {
            throw new IllegalArgumentException("expected to run as root or as " + name.get() + ", found " + self
                    + ": only root can run PostgreSQL as another user");
        }
        return new OsUser(lookUp(name.get()));
    }

    /** The command, to be run by this user in place of the caller's: with the same process id, without a shell. */
    List<String> command(List<String> command) {
        if (other.isEmpty()) {
            return command;
        }
        List<String> prefixed = new ArrayList<>(
                List.of("setpriv", "--reuid=" + other.get(UID), "--regid=" + other.get(GID), "--init-groups", "--"));
        prefixed.addAll(command);
        return prefixed;
    }

    /** What a process of this user must find in its environment instead of what this process has. */
    Map<String, String> environment() {
        return other.isEmpty()
                ? Map.of()
                : Map.of("HOME", other.get(HOME), "USER", other.get(0), "LOGNAME", other.get(0));
    }

    /** Makes the user the owner of a file or directory that this process has just created. */
    void own(Path path) throws IOException {
        if (other.isEmpty()) {
            return;
        }
        Files.setAttribute(path, "unix:uid", Integer.valueOf(other.get(UID)), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", Integer.valueOf(other.get(GID)), LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether the user owns the file, as PostgreSQL demands of its data directory. */
    boolean isOwnerOf(Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        return view == null || view.getOwner().getName().equals(name());
    }

    String name() {
        return other.isEmpty() ? System.getProperty("user.name", "") : other.get(0);
    }

    private static List<String> lookUp(String name) {
        try {
            Process getent = OwnEnvironment.hiddenFrom(new ProcessBuilder("getent", "passwd", name))
                    .start();
            String line = new String(getent.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            List<String> fields = List.of(line.split(":", -1));
            if (fields.size() <= HOME) {
                throw new IllegalArgumentException("expected a user of this system to run PostgreSQL as, found \""
                        + name + "\", which is none: create the user or name another");
            }
            return fields;
        } catch (IOException cannotRun) {
            throw new IllegalArgumentException(
                    "cannot look up the user " + name + ": " + cannotRun.getMessage(), cannotRun);
        }
    }
}
