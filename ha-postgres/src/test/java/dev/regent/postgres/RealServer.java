package dev.regent.postgres;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.NodeName;
import dev.regent.testkit.contract.ServerUnderTest;
import dev.regent.testkit.process.FreePorts;
import dev.regent.testkit.process.OrdinaryUser;
import dev.regent.testkit.process.PostgresInstallation;
import dev.regent.testkit.process.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A real server in a folder of its own. Closing it leaves no process, port or folder. */
final class RealServer implements ServerUnderTest {
    static final String PASSWORD = "it's secret: \\";
    private static final String CLIENT = "client";
    private static final String REJECTED = "28000";

    private final TemporaryFolder folder;
    private final PostgresSettings settings;
    private PostgresDatabase database;

    private RealServer(TemporaryFolder folder, PostgresSettings settings) {
        this.folder = folder;
        this.settings = settings;
        this.database = new PostgresDatabase(settings);
    }

    static RealServer create(String name) throws IOException {
        return create(name, settings -> settings);
    }

    static RealServer create(String name, UnaryOperator<PostgresSettings.Builder> further) throws IOException {
        OrdinaryUser user = OrdinaryUser.choose();
        TemporaryFolder folder = TemporaryFolder.create("regent-postgres", user);
        Path dataDir = folder.path().resolve("data");
        return new RealServer(
                folder, further.apply(settings(name, dataDir, FreePorts.next())).build());
    }

    /** A stopped server with the data of a new cluster. */
    static RealServer withData(String name) throws Exception {
        return withData(name, settings -> settings);
    }

    static RealServer withData(String name, UnaryOperator<PostgresSettings.Builder> further) throws Exception {
        RealServer server = create(name, further);
        CreatedData.copyTo(server);
        return server;
    }

    /** A stopped server with data, for which nobody has chosen where its Unix sockets are. */
    static RealServer withoutChosenSockets(String name) throws Exception {
        TemporaryFolder folder = TemporaryFolder.create("regent-postgres", OrdinaryUser.choose());
        Path dataDir = folder.path().resolve("data");
        RealServer server =
                new RealServer(folder, bare(name, dataDir, FreePorts.next()).build());
        CreatedData.copyTo(server);
        return server;
    }

    static PostgresSettings.Builder settings(String name, Path dataDir, int port) {
        return bare(name, dataDir, port).parameter("unix_socket_directories", "");
    }

    private static PostgresSettings.Builder bare(String name, Path dataDir, int port) {
        PostgresSettings.Builder settings = PostgresSettings.of(NodeName.of(name), "test", dataDir)
                .binDir(PostgresInstallation.find().bin())
                .listen("127.0.0.1", port)
                .superuser(Credentials.of("postgres", PASSWORD))
                .replication(Credentials.of("replicator", PASSWORD))
                .rewind(Credentials.of("rewinder", PASSWORD))
                .parameter("shared_buffers", "16MB")
                .parameter("fsync", "off")
                .pgHba(List.of(
                        "local all all trust",
                        "host all all 127.0.0.1/32 scram-sha-256",
                        "host replication all 127.0.0.1/32 scram-sha-256"))
                .initdbOptions(List.of("--no-sync", "--no-locale", "--encoding=UTF8"))
                .basebackupOptions(List.of("--no-sync"))
                .rewindOptions(List.of("--no-sync"));
        OrdinaryUser.choose().name().ifPresent(settings::osUser);
        return settings;
    }

    PostgresSettings settings() {
        return settings;
    }

    Path dataDir() {
        return settings.dataDir();
    }

    ServerProcesses processes() {
        return new ServerProcesses(settings.dataDir());
    }

    @Override
    public NodeName name() {
        return settings.name();
    }

    @Override
    public Address address() {
        return new Address("127.0.0.1", settings.port());
    }

    @Override
    public PostgresDatabase database() {
        return database;
    }

    @Override
    public void reopen() {
        database.close();
        database = new PostgresDatabase(settings);
    }

    Connection connect() throws SQLException {
        return connect("postgres");
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + address() + "/" + database, "postgres", PASSWORD);
    }

    @Override
    public void insert(String row) throws SQLException {
        try (Connection connection = connect()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET synchronous_commit = local");
                statement.execute("CREATE TABLE IF NOT EXISTS rows (value text)");
            }
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO rows VALUES (?)")) {
                insert.setString(1, row);
                insert.executeUpdate();
            }
        }
    }

    void execute(String sql) throws SQLException {
        executeIn("postgres", sql);
    }

    String ask(String query) throws SQLException {
        return askIn("postgres", query);
    }

    void executeIn(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String askIn(String database, String query) throws SQLException {
        try (Connection connection = connect(database)) {
            return Reload.value(connection, query);
        }
    }

    @Override
    public List<String> rows() throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            try (ResultSet table = statement.executeQuery("SELECT to_regclass('rows') IS NOT NULL")) {
                table.next();
                if (!table.getBoolean(1)) {
                    return rows;
                }
            }
            try (ResultSet values = statement.executeQuery("SELECT value FROM rows")) {
                while (values.next()) {
                    rows.add(values.getString(1));
                }
            }
        }
        return rows;
    }

    @Override
    public boolean letsClientsIn() throws SQLException {
        if (ask("SELECT pg_is_in_recovery() OR EXISTS (SELECT FROM pg_roles WHERE rolname = '" + CLIENT + "')")
                .equals("f")) {
            execute("SET synchronous_commit = local; CREATE ROLE " + CLIENT + " LOGIN PASSWORD '" + CLIENT + "'");
        }
        try (Connection client =
                DriverManager.getConnection("jdbc:postgresql://" + address() + "/postgres", CLIENT, CLIENT)) {
            return client.isValid(1);
        } catch (SQLException refused) {
            if (REJECTED.equals(refused.getSQLState())) {
                return false;
            }
            throw refused;
        }
    }

    @Override
    public void kill() throws Exception {
        processes().killAll();
    }

    @Override
    public void freeze() throws Exception {
        signal("STOP");
    }

    @Override
    public void thaw() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        for (ProcessHandle process : processes().living()) {
            Signals.send(name, process);
        }
    }

    @Override
    public void close() throws IOException {
        database.close();
        try {
            processes().killAll();
            new Guardians(dataDir()).living().forEach(ProcessHandle::destroyForcibly);
        } catch (Exception stubborn) {
            throw new IOException("processes of a test's server do not end", stubborn);
        }
        folder.close();
    }

    /** Looks again every few milliseconds until it is so; fails when it is not so in time. */
    static void await(String what, Poll.Condition<Exception> condition) throws Exception {
        if (!Poll.every(Duration.ofMillis(10)).until(Duration.ofSeconds(30), condition)) {
            throw new AssertionError("expected within 30 s: " + what);
        }
    }
}
