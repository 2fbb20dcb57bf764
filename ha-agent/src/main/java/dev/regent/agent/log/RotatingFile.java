package dev.regent.agent.log;

import dev.regent.agent.config.LogSection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A file of a limited size: what would make it larger goes to a new one, and the older ones are kept as {@code .1},
 * {@code .2} and so on. The name is the one that log collectors of existing clusters know. Used by one thread.
 */
final class RotatingFile extends OutputStream {
    private static final String NAME = "patroni.log";

    private final Path file;
    private final long limit;
    private final int kept;
    private final Optional<Integer> mode;
    private OutputStream out;
    private long size;

    private RotatingFile(Path file, LogSection settings) throws IOException {
        this.file = file;
        this.limit = settings.fileSize();
        this.kept = settings.fileNum();
        this.mode = settings.mode();
        this.out = open();
    }

    static RotatingFile open(LogSection settings) throws IOException {
        Path dir = settings.dir().orElseThrow();
        if (!Files.isDirectory(dir)) {
            throw new IOException(
                    "expected log.dir to be a directory, found " + (Files.exists(dir) ? "a file" : "nothing") + " at "
                            + dir + ": create it, writable for user " + System.getProperty("user.name"));
        }
        try {
            return new RotatingFile(dir.resolve(NAME), settings);
        } catch (IOException refused) {
            throw new IOException(
                    "expected log.dir to be a directory for the log of user " + System.getProperty("user.name")
                            + ", found that " + dir.resolve(NAME) + " cannot be written: " + refused.getMessage(),
                    refused);
        }
    }

    private OutputStream open() throws IOException {
        OutputStream opened = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        size = Files.size(file);
        if (mode.isPresent()) {
            Files.setPosixFilePermissions(file, permissions(mode.get()));
        }
        return opened;
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        PosixFilePermission[] all = PosixFilePermission.values();
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < all.length; i++) {
            if ((mode >> (all.length - 1 - i) & 1) == 1) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    /** All of it goes to one file. */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (limit > 0 && kept > 0 && size > 0 && size + length > limit) {
            rotate();
        }
        out.write(bytes, offset, length);
        size += length;
    }

    private void rotate() throws IOException {
        out.close();
        for (int i = kept; i > 1; i--) {
            moveIfPresent(older(i - 1), older(i));
        }
        moveIfPresent(file, older(1));
        out = open();
    }

    private static void moveIfPresent(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Path older(int number) {
        return file.resolveSibling(NAME + "." + number);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
