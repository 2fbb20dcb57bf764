package dev.regent.postgres;

import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Creates a new cluster's data, with the users that replication needs. Used by one thread. */
final class Creation {
    private volatile PostgresSettings settings;
    private final DataDirectory data;
    private final ConfigFiles config;
    private final ControlFile controlFile;
    private final ConfigPlace place;
    private final Tool tool;
    private final OsUser user;

    Creation(
            PostgresSettings settings,
            DataDirectory data,
            ConfigFiles config,
            ControlFile controlFile,
            Tool tool,
            OsUser user) {
        this.settings = settings;
        this.data = data;
        this.config = config;
        this.controlFile = controlFile;
        this.place = new ConfigPlace(settings, data, user);
        this.tool = tool;
        this.user = user;
    }

    /** From the next time on. */
    void use(PostgresSettings changed) {
        settings = changed;
    }

    /** Into the empty directory. */
    void create() throws DatabaseException, InterruptedException {
        try {
            data.clear();
            if (settings.bootstrapMethod().isPresent()) {
                restore(settings.bootstrapMethod().get());
            } else {
                initdb();
            }
        } catch (IOException cannotWrite) {
            throw new DatabaseException(
                    "cannot write to " + data.path() + " or " + settings.workDir() + ": " + cannotWrite, cannotWrite);
        }
    }

    private void initdb() throws DatabaseException, InterruptedException, IOException {
        List<String> command = new ArrayList<>(List.of(tool.program("initdb")));
        command.addAll(ToolOptions.forInitdb(settings.initdbOptions()));
        command.add("--username=" + settings.superuser().username());
        Path passwordFile = settings.workDir().resolve(BriefFiles.INITDB_PASSWORD);
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
        config.restoreMissing();
        letUsersIn();
        if (settings.postBootstrap().isPresent()) {
            prepare(Optional.empty(), List.of());
        } else {
            createUsers();
        }
    }

    private void restore(BootstrapMethod method) throws DatabaseException, InterruptedException, IOException {
        List<String> command = method.commandLine(settings.scope(), data.path().toString());
        require("the bootstrap method " + method.name(), tool.runScript(command, Map.of()));
        if (!data.hasData()) {
            throw new DatabaseException("expected the bootstrap method " + method.name() + " to leave data in "
                    + data.path() + ", found none: see what its command does");
        }
        config.restoreMissing();
        config.forgetOrigin();
        letUsersIn();
        SafeFiles.delete(data.resolve("promote"));
        if (method.recovery().isPresent()) {
            if (method.recoversAsStandby()) {
                data.becomeStandby();
            } else {
                data.becomeRecovering();
            }
        } else if (!method.keepsRecoverySettings()) {
            data.becomePrimary();
        }
        config.recoverWith(method.recoveryParameters(), method.keepsRecoverySettings());
        // A server that nobody may look at needs no settings as large as those of the backup's
        List<String> further = method.endsByItself() && data.isStandby() ? List.of("--hot_standby=off") : List.of();
        try {
            prepare(Optional.of(controlFile.require()), further);
            data.becomePrimary();
        } finally {
            config.recoverWith(Map.of(), false);
        }
        config.write(Optional.empty());
    }

    /** Runs the server where nobody sees it, until its users and whatever else it is to begin with are there. */
    private void prepare(Optional<ControlData> recovering, List<String> further)
            throws DatabaseException, InterruptedException, IOException {
        config.write(recovering);
        Login login = new Login(settings);
        try (PrivateServer server = PrivateServer.start(settings, login, tool, user, config.commandLine(), further)) {
            server.awaitPrimary();
            NewUsers users = new NewUsers(settings, data.majorVersion());
            server.execute(users.ensuringSuperuser());
            if (settings.postBootstrap().isPresent()) {
                runScript(settings.postBootstrap().get(), server);
            }
            server.execute(users.ensuringOthers());
            server.stop();
        }
    }

    private void runScript(String script, PrivateServer server)
            throws DatabaseException, InterruptedException, IOException {
        List<String> command = new ArrayList<>(ShellWords.of(script));
        command.add(ConnectionString.local(server.sockets(), settings.port(), settings.database(), settings.superuser())
                .toString());
        Map<String, String> environment =
                new HashMap<>(Map.of("PGOPTIONS", "-c synchronous_commit=local -c statement_timeout=0"));
        Path passfile = settings.workDir().resolve(BriefFiles.SCRIPT_PASSWORD);
        if (settings.superuser().hasPassword()) {
            String content = PasswordFile.content(
                    server.sockets().toString(), String.valueOf(settings.port()), settings.superuser());
            SafeFiles.replace(passfile, content, user);
            environment.put("PGPASSFILE", passfile.toString());
        }
        try {
            require("the script post_bootstrap", tool.runScript(command, environment));
        } finally {
            Files.deleteIfExists(passfile);
        }
    }

    private void letUsersIn() throws IOException {
        List<String> lines = settings.newClusterPgHba();
        boolean foreign = config.effective().ordinaryParameters().containsKey("hba_file");
        if (!lines.isEmpty() && !foreign && config.effective().pgHba().isEmpty()) {
            String original = SafeFiles.readIfPresent(place.resolve(ConfigPlace.HBA));
            place.write(ConfigPlace.HBA, original + "\n" + String.join("\n", lines) + "\n");
        }
    }

    /** A single-user server takes the statements: it listens nowhere and asks nobody for a password. */
    private void createUsers() throws DatabaseException, InterruptedException {
        List<String> statements = new NewUsers(settings, data.majorVersion()).creating();
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

    private static void require(String what, Tool.Result result) throws DatabaseException {
        if (!result.isSuccess()) {
            throw new DatabaseException("expected " + what + " to succeed, found exit code " + result.exitCode() + ": "
                    + result.output().strip());
        }
    }
}
