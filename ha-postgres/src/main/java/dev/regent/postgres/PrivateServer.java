package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server on data that is not ready for anybody yet: it listens only at a socket that its own user alone can reach, and
 * ends with whoever has started it. Used by one thread.
 */
final class PrivateServer implements AutoCloseable {
    private static final Poll LOOK = Poll.every(Duration.ofMillis(20));
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(10);
    private static final int LINES_OF_LOG = 12;

    /** What the address of a Unix socket holds, less the name that PostgreSQL gives to the socket. */
    private static final int LONGEST_SOCKET_DIRECTORY = 107 - "/.s.PGSQL.65535".length();

    private final PostgresSettings settings;
    private final Login login;
    private final Path log;
    private final Path sockets;
    private final Path hba;
    private final Process process;

    private PrivateServer(PostgresSettings settings, Login login, Path log, Path sockets, Path hba, Process process) {
        this.settings = settings;
        this.login = login;
        this.log = log;
        this.sockets = sockets;
        this.hba = hba;
        this.process = process;
    }

    /** Starts the server, with the command line that it will have later; further arguments win over those. */
    static PrivateServer start(
            PostgresSettings settings,
            Login login,
            Tool tool,
            OsUser user,
            List<String> commandLine,
            List<String> further)
            throws DatabaseException, IOException {
        SafeFiles.createDirectory(settings.workDir(), user);
        Path hba = settings.workDir().resolve("private.hba");
        SafeFiles.replace(hba, "local all all trust\nlocal replication all trust\n", user);
        Path sockets = socketDirectory(settings, user);
        List<String> command = new ArrayList<>(List.of(tool.program("postgres")));
        command.addAll(commandLine);
        command.addAll(List.of(
                "--listen_addresses=",
                "--unix_socket_directories=" + sockets,
                "--unix_socket_permissions=0700",
                "--hba_file=" + hba,
                "--synchronous_standby_names="));
        command.addAll(further);
        Path log = settings.workDir().resolve("private.log");
        return new PrivateServer(settings, login, log, sockets, hba, tool.start(command, log));
    }

    private static Path socketDirectory(PostgresSettings settings, OsUser user) throws IOException {
        Path beside = settings.workDir().resolve("sockets");
        if (beside.toString().length() <= LONGEST_SOCKET_DIRECTORY) {
            SafeFiles.createDirectory(beside, user);
            return beside;
        }
        Path elsewhere = Files.createTempDirectory("regent");
        user.own(elsewhere);
        return elsewhere;
    }

    /** Where to connect to it, without a password. */
    Path sockets() {
        return sockets;
    }

    /** Returns when it accepts writes, which may take as long as its recovery. */
    void awaitPrimary() throws DatabaseException, InterruptedException {
        LOOK.until(() -> {
            if (!process.isAlive()) {
                throw ended();
            }
            return acceptsWrites();
        });
    }

    private boolean acceptsWrites() {
        try (Connection connection = connect()) {
            return Reload.value(connection, "SELECT pg_is_in_recovery()").equals("f");
        } catch (SQLException notYet) {
            return false;
        }
    }

    private DatabaseException ended() throws DatabaseException {
        try {
            List<String> lines =
                    Tool.tail(log, 0).lines().filter(line -> !line.isBlank()).toList();
            return new DatabaseException("expected the server to recover the data in " + settings.dataDir()
                    + ", found that it ended. Its log ends with: "
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_OF_LOG), lines.size())));
        } catch (IOException unreadable) {
            throw new DatabaseException("the server has ended, and its log cannot be read: " + unreadable, unreadable);
        }
    }

    /** Each in a transaction of its own, none of them in the server's log. */
    void execute(List<String> statements) throws DatabaseException {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute("SET log_statement = 'none'; SET log_min_duration_statement = -1;"
                    + " SET log_min_error_statement = 'panic'; SET synchronous_commit = 'local'");
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException refused) {
            throw new DatabaseException(
                    "expected to create the users of the cluster, found: " + refused.getMessage(), refused);
        }
    }

    private Connection connect() throws SQLException {
        return login.atSocket(sockets, settings.port(), Duration.ZERO, SILENCE_LIMIT);
    }

    /** Shuts it down in good order. */
    void stop() throws DatabaseException, InterruptedException {
        try {
            Postmaster.send(Postmaster.Signal.INT, process.pid());
            process.waitFor();
        } catch (IOException cannotSignal) {
            throw new DatabaseException("cannot stop the server that prepared the data: " + cannotSignal, cannotSignal);
        }
    }

    /** Ends it at once if it still runs. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            if (process.isAlive()) {
                List<ProcessHandle> family = process.descendants().toList();
                Postmaster.send(Postmaster.Signal.QUIT, process.pid());
                if (!process.waitFor(Tool.GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    family.forEach(ProcessHandle::destroyForcibly);
                }
            }
            Files.deleteIfExists(hba);
            Files.deleteIfExists(sockets);
        } catch (InterruptedException again) {
            interrupted = true;
            process.destroyForcibly();
        } catch (IOException leftover) {
            // The next one uses the same files
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
