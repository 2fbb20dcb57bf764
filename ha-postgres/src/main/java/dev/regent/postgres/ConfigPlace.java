package dev.regent.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * Where a server's configuration files are: in its data directory, or in a directory of their own as distributions like
 * it. Copies in the data directory travel with every base backup. Used by one thread.
 */
final class ConfigPlace {
    static final String HBA = "pg_hba.conf";
    static final String IDENT = "pg_ident.conf";

    private static final String AS_INITDB_NAMES_IT = "postgresql.conf";
    private static final String BACKUP = ".backup";
    private static final Set<PosixFilePermission> OUTSIDE = PosixFilePermissions.fromString("rw-r-----");

    private final Path directory;
    private final String baseName;
    private final DataDirectory data;
    private final OsUser owner;

    ConfigPlace(PostgresSettings settings, DataDirectory data, OsUser owner) {
        this.directory = settings.configDir();
        this.baseName = settings.configBaseName();
        this.data = data;
        this.owner = owner;
    }

    /** The file that the server is started with. */
    String main() {
        return baseName + ".conf";
    }

    /** What initdb, a backup or the distribution put there before. */
    String original() {
        return baseName + ".base.conf";
    }

    Path resolve(String name) {
        return directory.resolve(name);
    }

    boolean exists(String name) {
        return Files.exists(resolve(name));
    }

    /** Replaces a file; true when it changed. */
    boolean write(String name, String content) throws IOException {
        if (directory.equals(data.path())) {
            return data.write(name, content);
        }
        Path file = resolve(name);
        return SafeFiles.replace(
                file, content, owner, Files.exists(file) ? Files.getPosixFilePermissions(file) : OUTSIDE);
    }

    /** The file that was there first is included in ours from now on. */
    void keepOriginal() throws IOException {
        if (exists(original())) {
            return;
        }
        if (exists(main())) {
            Files.move(resolve(main()), resolve(original()));
        } else {
            String initial = SafeFiles.readIfPresent(data.resolve(AS_INITDB_NAMES_IT));
            write(original(), initial.startsWith(ConfText.HEADER) ? "" : initial);
        }
    }

    void backUp() throws IOException {
        for (String name : names()) {
            if (Files.isRegularFile(resolve(name))) {
                data.write(name + BACKUP, Files.readString(resolve(name)));
            }
        }
    }

    /** Empty when there is no copy. */
    String backup(String name) throws IOException {
        return SafeFiles.readIfPresent(data.resolve(name + BACKUP));
    }

    /**
     * Puts the copies, or what came with the data, in the place of files that are missing. The copy of the main file is
     * another server's and goes: with that one's settings this one has never run.
     */
    void restoreMissing() throws IOException {
        for (String name : names()) {
            if (!exists(name) && Files.isRegularFile(data.resolve(name + BACKUP))) {
                write(name, Files.readString(data.resolve(name + BACKUP)));
            }
        }
        if (!exists(HBA) && Files.isRegularFile(data.resolve(HBA))) {
            write(HBA, Files.readString(data.resolve(HBA)));
        }
        SafeFiles.delete(data.resolve(main() + BACKUP));
        if (!exists(IDENT)) {
            write(IDENT, "");
        }
    }

    private List<String> names() {
        return List.of(main(), original(), HBA, IDENT);
    }
}
