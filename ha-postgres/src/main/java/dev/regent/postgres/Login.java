package dev.regent.postgres;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.Upstream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** Opens JDBC connections, with limits on how long anything on them may take. Thread-safe. */
final class Login {
    private static final Duration CONNECT = Duration.ofSeconds(3);

    static {
        try {
            // Registers itself; it is found by name alone only where this thread's class loader happens to see it
            Class.forName("org.postgresql.Driver");
        } catch (ClassNotFoundException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    private volatile PostgresSettings settings;

    Login(PostgresSettings settings) {
        this.settings = settings;
    }

    /** From now on. */
    void use(PostgresSettings changed) {
        settings = changed;
    }

    /** To the server of this node, as superuser; zero means no limit. */
    Connection local(int port, Duration statementLimit, Duration silenceLimit) throws SQLException {
        Properties properties = properties(settings.superuser(), statementLimit, silenceLimit);
        settings.unixSocketDir().ifPresent(directory -> useSocket(properties, directory, port));
        return connect(List.of(new Address(settings.localHost(), port)), properties);
    }

    /** To another database of the server of this node. */
    Connection local(int port, String database, Duration statementLimit, Duration silenceLimit) throws SQLException {
        Properties properties = properties(settings.superuser(), statementLimit, silenceLimit);
        settings.unixSocketDir().ifPresent(directory -> useSocket(properties, directory, port));
        return connect(List.of(new Address(settings.localHost(), port)), database, properties);
    }

    /** To a server of this host that lets everybody in who reaches its socket, as superuser; zero means no limit. */
    Connection atSocket(Path directory, int port, Duration statementLimit, Duration silenceLimit) throws SQLException {
        Credentials nobody = Credentials.withoutPassword(settings.superuser().username());
        Properties properties = properties(nobody, statementLimit, silenceLimit);
        useSocket(properties, directory, port);
        return connect(List.of(new Address("localhost", port)), properties);
    }

    private static void useSocket(Properties properties, Path directory, int port) {
        properties.setProperty("socketFactory", UnixSockets.class.getName());
        properties.setProperty(
                "socketFactoryArg", directory.resolve(".s.PGSQL." + port).toString());
        properties.setProperty("sslmode", "disable");
    }

    /** To another member's server, as superuser. */
    Connection elsewhere(Upstream upstream, Duration statementLimit) throws SQLException {
        return connect(
                upstream.addresses(), properties(settings.superuser(), statementLimit, statementLimit.plus(CONNECT)));
    }

    /** To another member's server, with the rights that rewinding from it needs. */
    Connection forRewind(Upstream upstream, Duration statementLimit) throws SQLException {
        return connect(
                upstream.addresses(), properties(settings.rewind(), statementLimit, statementLimit.plus(CONNECT)));
    }

    /** To a server that is to be streamed from; takes the commands of the replication protocol, and SHOW. */
    Connection forReplication(Upstream upstream, Duration silenceLimit) throws SQLException {
        Properties properties = properties(settings.replication(), Duration.ZERO, silenceLimit);
        properties.setProperty("replication", "true");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", "12");
        properties.remove("options");
        return connect(upstream.addresses(), properties);
    }

    /** Of several servers the one that accepts writes, if it is heard. */
    private Connection connect(List<Address> addresses, Properties properties) throws SQLException {
        return connect(addresses, settings.database(), properties);
    }

    private static Connection connect(List<Address> addresses, String database, Properties properties)
            throws SQLException {
        String servers = addresses.stream().map(Address::toString).collect(Collectors.joining(","));
        String which = addresses.size() > 1 ? "?targetServerType=preferPrimary&hostRecheckSeconds=0" : "";
        String url = "jdbc:postgresql://" + servers + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8) + which;
        return DriverManager.getConnection(url, properties);
    }

    private static Properties properties(Credentials credentials, Duration statementLimit, Duration silenceLimit) {
        Properties properties = new Properties();
        properties.setProperty("user", credentials.username());
        credentials.password().ifPresent(password -> properties.setProperty("password", password));
        for (Map.Entry<String, String> option : credentials.options().entrySet()) {
            properties.setProperty(option.getKey(), option.getValue());
        }
        properties.setProperty("ApplicationName", "Regent");
        properties.setProperty("connectTimeout", seconds(CONNECT));
        properties.setProperty("socketTimeout", seconds(silenceLimit));
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty(
                "options", "-c statement_timeout=" + statementLimit.toMillis() + " -c search_path=pg_catalog");
        return properties;
    }

    private static String seconds(Duration duration) {
        return Long.toString(duration.toSeconds());
    }
}
