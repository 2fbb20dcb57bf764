package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.util.PasswordUtil;

/** Creates a new cluster's data, with the users that replication needs. Used by one thread. */
final class Creation {
    private static final int PREDEFINED_CHECKPOINT_ROLE = 15;

    private static final List<String> READING_FILES = List.of(
            "pg_ls_dir(text, boolean, boolean)",
            "pg_stat_file(text, boolean)",
            "pg_read_binary_file(text)",
            "pg_read_binary_file(text, bigint, bigint, boolean)");

    private final PostgresSettings settings;
    private final DataDirectory data;
    private final Tool tool;
    private final OsUser user;

    Creation(PostgresSettings settings, DataDirectory data, Tool tool, OsUser user) {
        this.settings = settings;
        this.data = data;
        this.tool = tool;
        this.user = user;
    }

    /** Into the empty directory. */
    void create() throws DatabaseException, InterruptedException {
        try {
            initdb();
            letUsersIn();
            createUsers();
        } catch (IOException cannotWrite) {
            throw new DatabaseException(
                    "cannot write to " + data.path() + " or " + settings.workDir() + ": " + cannotWrite, cannotWrite);
        }
    }

    private void initdb() throws DatabaseException, InterruptedException, IOException {
        List<String> command = new ArrayList<>(List.of(tool.program("initdb")));
        command.addAll(settings.initdbOptions());
        command.add("--username=" + settings.superuser().username());
        Path passwordFile = settings.workDir().resolve("initdb.password");
        Optional<String> password = settings.superuser().password();
        if (password.isPresent()) {
            SafeFiles.replace(passwordFile, password.get() + "\n", user);
            command.add("--pwfile=" + passwordFile);
        }
        command.add(data.path().toString());
        try {
            require("initdb", tool.run(command, Map.of()));
        } finally {
            Files.deleteIfExists(passwordFile);
        }
    }

    private void letUsersIn() throws IOException {
        List<String> lines = settings.newClusterPgHba();
        if (!lines.isEmpty() && settings.pgHba().isEmpty()) {
            String original = Files.readString(data.resolve("pg_hba.conf"));
            data.write("pg_hba.conf", original + "\n" + String.join("\n", lines) + "\n");
        }
    }

    /**
     * A single-user server takes the statements: it listens nowhere and asks nobody for a password. Passwords go in as
     * what the server would make of them, so that they cannot come out in its log.
     */
    private void createUsers() throws DatabaseException, InterruptedException {
        List<String> statements = statements(data.majorVersion());
        if (statements.isEmpty()) {
            return;
        }
        List<String> command = List.of(
                tool.program("postgres"),
                "--single",
                "-D",
                data.path().toString(),
                "-c",
                "exit_on_error=on",
                "-c",
                "log_min_error_statement=panic",
                "postgres");
        require(
                "the creation of users",
                tool.run(command, Map.of("LC_ALL", "C"), String.join("\n", statements) + "\n"));
    }

    List<String> statements(int majorVersion) throws DatabaseException {
        List<String> statements = new ArrayList<>();
        String superuser = settings.superuser().username();
        Credentials replication = settings.replication();
        Credentials rewind = settings.rewind();
        if (!replication.username().equals(superuser)) {
            statements.add("CREATE ROLE " + name(replication) + " WITH REPLICATION LOGIN" + password(replication));
        }
        if (rewind.username().equals(superuser)) {
            return statements;
        }
        if (!rewind.username().equals(replication.username())) {
            statements.add("CREATE ROLE " + name(rewind) + " WITH LOGIN" + password(rewind));
        }
        for (String function : READING_FILES) {
            statements.add("GRANT EXECUTE ON FUNCTION pg_catalog." + function + " TO " + name(rewind));
        }
        if (majorVersion >= PREDEFINED_CHECKPOINT_ROLE) {
            statements.add("GRANT pg_checkpoint TO " + name(rewind));
        }
        return statements;
    }

    private static String name(Credentials credentials) {
        return "\"" + credentials.username().replace("\"", "\"\"") + "\"";
    }

    private static String password(Credentials credentials) throws DatabaseException {
        if (credentials.password().isEmpty()) {
            return "";
        }
        char[] password = credentials.password().get().toCharArray();
        try {
            return " PASSWORD '" + PasswordUtil.encodePassword(credentials.username(), password, "scram-sha-256") + "'";
        } catch (SQLException cannotEncode) {
            throw new DatabaseException(
                    "expected a password for " + credentials.username() + " that can be encoded: "
                            + cannotEncode.getMessage(),
                    cannotEncode);
        }
    }

    private static void require(String what, Tool.Result result) throws DatabaseException {
        if (!result.isSuccess()) {
            throw new DatabaseException("expected " + what + " to succeed, found exit code " + result.exitCode() + ": "
                    + result.output().strip());
        }
    }
}
