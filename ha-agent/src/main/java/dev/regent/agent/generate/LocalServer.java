package dev.regent.agent.generate;

import dev.regent.agent.config.ConfigFile;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/** Describes the server that runs on this host as a configuration, so that an agent can take it over. */
public final class LocalServer {
    private static final Set<String> OWN_PARAMETERS = Set.of(
            "archive_command",
            "restore_command",
            "archive_cleanup_command",
            "recovery_end_command",
            "ssl_passphrase_command",
            "hba_file",
            "ident_file",
            "config_file");
    private static final Set<String> SAID_ELSEWHERE =
            Set.of("listen_addresses", "port", "cluster_name", "data_directory", "external_pid_file");
    private static final String PARAMETERS = "SELECT name, current_setting(name) FROM pg_settings"
            + " WHERE context <> 'internal'"
            + " AND source IN ('configuration file', 'command line', 'environment variable')"
            + " AND category <> 'Write-Ahead Log / Recovery Target' AND setting <> '(disabled)'";
    private static final int UNUSED_VERSION_DIGITS = 10_000;

    private LocalServer() {}

    /** Whatever is in the way is an {@link IOException} for people. */
    public static YamlDocument describe(String dsn, Map<String, String> environment) throws IOException {
        LibpqDsn login = LibpqDsn.parse(dsn, environment);
        String password = login.password().or(LocalServer::askForPassword).orElse("");
        Properties properties = new Properties();
        properties.setProperty("user", login.user());
        properties.setProperty("password", password);
        login.options().forEach(properties::setProperty);
        try (Connection connection = DriverManager.getConnection(login.jdbcUrl(), properties)) {
            return describe(connection, login, password, environment);
        } catch (SQLException refused) {
            throw new IOException("Failed to establish PostgreSQL connection: " + refused.getMessage(), refused);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // null is what it is without a terminal on the JVMs that we support first
    private static Optional<String> askForPassword() {
        Console console = System.console();
        return console == null
                ? Optional.empty()
                : Optional.ofNullable(console.readPassword("Please enter the user password:"))
                        .map(String::new);
    }

    private static YamlDocument describe(
            Connection connection, LibpqDsn login, String password, Map<String, String> environment)
            throws SQLException, IOException {
        if (!value(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
                .equals("t")) {
            throw new IOException("The provided user does not have superuser privilege");
        }
        int major = Integer.parseInt(value(connection, "SHOW server_version_num")) / UNUSED_VERSION_DIGITS;
        Path dataDir = Path.of(value(connection, "SHOW data_directory"));
        String port = value(connection, "SHOW port");
        Map<String, Object> sections = SampleConfig.sections(major, SampleConfig.hostName(), SampleConfig.address());
        String scope = value(connection, "SHOW cluster_name");
        sections.put("scope", scope.isEmpty() ? SampleConfig.FIX_ME : scope);
        Map<String, Object> said =
                ConfigFile.read(Optional.empty(), environment).values();
        if (!said.containsKey("etcd") && !said.containsKey("consul")) {
            sections.put("etcd3", Map.of("hosts", List.of(SampleConfig.FIX_ME)));
        }

        Map<String, Object> postgresql = new LinkedHashMap<>();
        postgresql.put("data_dir", dataDir.toString());
        postgresql.put("listen", value(connection, "SHOW listen_addresses") + ":" + port);
        postgresql.put(
                "connect_address", SampleConfig.address() + ":" + login.port().orElse(port));
        postgresql.put("bin_dir", binDir(dataDir));
        postgresql.put("authentication", users(login, password));
        Map<String, Object> own = new TreeMap<>();
        Map<String, Object> clusterWide = new TreeMap<>();
        sort(connection, own, clusterWide);
        postgresql.put("parameters", own);
        lines(value(connection, "SHOW hba_file"), dataDir, "pg_hba")
                .ifPresent(lines -> postgresql.put("pg_hba", lines));
        lines(value(connection, "SHOW ident_file"), dataDir, "pg_ident")
                .ifPresent(lines -> postgresql.put("pg_ident", lines));
        sections.put("postgresql", postgresql);

        Map<String, Object> dcs = SampleConfig.clusterWide(major);
        Map<String, Object> parameters = new TreeMap<>(parametersOf(dcs));
        parameters.putAll(clusterWide);
        dcs.put("postgresql", Map.of("parameters", parameters, "use_pg_rewind", true, "use_slots", true));
        sections.put("bootstrap", Map.of("dcs", dcs));
        ConfigFile.merge(sections, said);
        return YamlDocument.of(SampleConfig.ordered(sections));
    }

    private static Map<String, Object> parametersOf(Map<String, Object> dcs) {
        Map<String, Object> parameters = new HashMap<>();
        if (dcs.get("postgresql") instanceof Map<?, ?> section && section.get("parameters") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> parameters.put(String.valueOf(name), value));
        }
        return parameters;
    }

    private static void sort(Connection connection, Map<String, Object> own, Map<String, Object> clusterWide)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(PARAMETERS)) {
            while (rows.next()) {
                String name = rows.getString(1);
                if (OWN_PARAMETERS.contains(name)) {
                    own.put(name, rows.getString(2));
                } else if (!SAID_ELSEWHERE.contains(name)) {
                    clusterWide.put(name, rows.getString(2));
                }
            }
        }
    }

    private static Map<String, Object> users(LibpqDsn login, String password) {
        Map<String, Object> superuser = new TreeMap<>(login.options());
        superuser.put("username", login.user());
        superuser.put("password", password);
        Map<String, Object> users = new LinkedHashMap<>();
        users.put("superuser", superuser);
        users.put("replication", Map.of("username", SampleConfig.FIX_ME, "password", SampleConfig.FIX_ME));
        return users;
    }

    /** Lines that say something, of a file that lies with the data. */
    private static Optional<List<String>> lines(String file, Path dataDir, String what) throws IOException {
        Path path = Path.of(file);
        if (!path.startsWith(dataDir)) {
            return Optional.empty();
        }
        try {
            List<String> lines = new ArrayList<>();
            for (String line : Files.readAllLines(path)) {
                if (!line.isBlank() && !line.strip().startsWith("#")) {
                    lines.add(line.strip().replaceAll("\\s+", " "));
                }
            }
            return lines.isEmpty() ? Optional.empty() : Optional.of(lines);
        } catch (IOException unreadable) {
            throw new IOException("Failed to read " + what + ".conf: " + unreadable.getMessage(), unreadable);
        }
    }

    /** Where the program is that runs there. */
    private static String binDir(Path dataDir) throws IOException {
        String pid;
        try {
            List<String> lines = Files.readAllLines(dataDir.resolve("postmaster.pid"));
            pid = lines.isEmpty() ? "" : lines.get(0).strip();
        } catch (IOException unreadable) {
            throw new IOException("Error while reading postmaster.pid file: " + unreadable.getMessage(), unreadable);
        }
        if (!pid.matches("\\d+")) {
            throw new IOException("Failed to obtain postmaster pid from postmaster.pid file");
        }
        String command = ProcessHandle.of(Long.parseLong(pid))
                .orElseThrow(() -> new IOException("Obtained postmaster pid doesn't exist."))
                .info()
                .command()
                .orElse("");
        Path directory = Path.of(command).getParent();
        return directory == null ? "" : directory.toString();
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }
}
