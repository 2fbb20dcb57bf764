package dev.regent.agent;

import dev.regent.agent.config.PostgresqlSection;
import dev.regent.ha.model.Address;
import dev.regent.postgres.PostgresSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks around before anything is started, because what is found now can be said more clearly than what breaks later. */
final class Preflight {
    private static final List<String> PROGRAMS =
            List.of("postgres", "initdb", "pg_basebackup", "pg_controldata", "pg_rewind");

    private Preflight() {}

    /** A directory that was named must hold all programs that will be needed. */
    static void checkPrograms(Optional<Path> binDir, Map<String, String> names) {
        if (binDir.isEmpty()) {
            return;
        }
        if (!Files.isDirectory(binDir.get())) {
            throw new IllegalArgumentException(
                    "expected postgresql.bin_dir to be the directory of PostgreSQL's programs," + " found "
                            + binDir.get() + ", which is no directory: correct it or install PostgreSQL");
        }
        List<String> missing = PROGRAMS.stream()
                .map(program -> names.getOrDefault(program, program))
                .filter(program -> !Files.isExecutable(binDir.get().resolve(program)))
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("expected PostgreSQL's programs in postgresql.bin_dir, found no "
                    + String.join(", ", missing) + " in " + binDir.get() + ": correct it or install PostgreSQL");
        }
    }

    /** The data must be, or be creatable, where the configuration says. */
    static void checkDataDirectory(PostgresSettings settings) throws IOException {
        Path dataDir = settings.dataDir();
        if (Files.exists(dataDir) && !Files.isDirectory(dataDir)) {
            throw new IOException("expected postgresql.data_dir to be a directory, found the file " + dataDir
                    + ": move it away or name another directory");
        }
        Path existing = dataDir;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!Files.isWritable(existing)) {
            throw new IOException("expected postgresql.data_dir " + dataDir + " to be writable, found that user "
                    + System.getProperty("user.name") + " may not write to " + existing
                    + ": change its owner, or run the agent as the owner");
        }
    }

    static void checkFree(PostgresqlSection postgresql) throws IOException {
        for (String host : postgresql.hosts().split(",", -1)) {
            checkFree("postgresql.listen", new Address(host, postgresql.port()));
        }
    }

    /** It must be possible to listen at the address, which the setting named. */
    static void checkFree(String setting, Address address) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(socketAddress(address));
        } catch (UnknownHostException unknown) {
            throw new IOException(
                    "expected an address of this host in " + setting + ", found " + address
                            + ", whose name cannot be resolved: correct it",
                    unknown);
        } catch (IOException taken) {
            throw new IOException(
                    "expected to listen at " + address + " (" + setting + "), found that this is not possible: "
                            + taken.getMessage() + ": stop what listens there, or choose another address or port",
                    taken);
        }
    }

    private static InetSocketAddress socketAddress(Address address) throws UnknownHostException {
        return address.host().equals("*")
                ? new InetSocketAddress(address.port())
                : new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
    }
}
