package dev.regent.postgres;

import dev.regent.ha.model.ServerHealth.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Whether the data directory of a server is there, is the one that the server was started on, and lets its user in. */
final class DataPresence implements HealthCheck {
    private static final Set<PosixFilePermission> NEEDED =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final DataDirectory data;
    private final OsUser owner;
    private final Supplier<Optional<String>> runningSystemId;

    /**
     * @param runningSystemId what the running server says of itself; absent when none runs, or none has answered yet
     */
    DataPresence(DataDirectory data, OsUser owner, Supplier<Optional<String>> runningSystemId) {
        this.data = data;
        this.owner = owner;
        this.runningSystemId = runningSystemId;
    }

    @Override
    public Optional<Problem> look() throws IOException {
        Path path = data.path();
        Optional<String> running = runningSystemId.get();
        if (running.isPresent() && (Files.notExists(path) || Files.notExists(data.resolve("PG_VERSION")))) {
            return gone("found that it is gone: bring it back, or stop the server and copy the member anew");
        }
        if (!owner.isOwnerOf(path)) {
            return notWritable("to belong to " + owner.name() + ", found "
                    + Files.getOwner(path).getName() + ": chown -R " + owner.name() + " " + path);
        }
        if (!Files.getPosixFilePermissions(path).containsAll(NEEDED)) {
            return notWritable("to be its owner's to read and write, found that it is not: chmod 0700 " + path);
        }
        try {
            String found = systemId();
            return running.isPresent() && !running.get().equals(found)
                    ? gone("found that of another cluster (" + found + " instead of " + running.get()
                            + "): stop the server and bring its own data back")
                    : Optional.empty();
        } catch (AccessDeniedException denied) {
            return notWritable("to be readable, found that " + denied.getMessage() + " is not: correct owner ("
                    + owner.name() + ") and permissions");
        }
    }

    /** The first eight bytes of the control file, in the order of this machine. */
    private String systemId() throws IOException {
        try (InputStream file = Files.newInputStream(data.controlFile())) {
            byte[] bytes = file.readNBytes(Long.BYTES);
            return bytes.length < Long.BYTES
                    ? "none"
                    : Long.toUnsignedString(ByteBuffer.wrap(bytes)
                            .order(ByteOrder.nativeOrder())
                            .getLong());
        }
    }

    private Optional<Problem> gone(String found) {
        return Optional.of(
                new Problem(Finding.DATA_GONE, "expected the server's data in " + data.path() + ", " + found));
    }

    private Optional<Problem> notWritable(String rest) {
        return Optional.of(
                new Problem(Finding.NOT_WRITABLE, "expected the data directory " + data.path() + " " + rest));
    }
}
