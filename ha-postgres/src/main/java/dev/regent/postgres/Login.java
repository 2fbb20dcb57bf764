package dev.regent.postgres;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.Upstream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/** Opens JDBC connections, with limits on how long anything on them may take. Thread-safe. */
final class Login {
    /** SQLSTATE invalid_password. */
    private static final String WRONG_PASSWORD = "28P01";

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
        return local(port, settings.database(), statementLimit, silenceLimit);
    }

    /** To another database of the server of this node. */
    Connection local(int port, String database, Duration statementLimit, Duration silenceLimit) throws SQLException {
        PostgresSettings now = settings;
        Properties properties = properties(now.superuser(), statementLimit, silenceLimit);
        now.unixSocketDir().ifPresent(directory -> useSocket(properties, directory, port));
        return connect(List.of(new Address(now.localHost(), port)), database, properties, now.superuser());
    }

    /** To a server of this host that lets everybody in who reaches its socket, as superuser; zero means no limit. */
    Connection atSocket(Path directory, int port, Duration statementLimit, Duration silenceLimit) throws SQLException {
        Credentials nobody = Credentials.withoutPassword(settings.superuser().username());
        Properties properties = properties(nobody, statementLimit, silenceLimit);
        useSocket(properties, directory, port);
        return connect(List.of(new Address("localhost", port)), settings.database(), properties, nobody);
    }

    private static void useSocket(Properties properties, Path directory, int port) {
        properties.setProperty("socketFactory", UnixSockets.class.getName());
        properties.setProperty(
                "socketFactoryArg", directory.resolve(".s.PGSQL." + port).toString());
        properties.setProperty("sslmode", "disable");
        properties.remove("sslNegotiation");
        properties.remove("channelBinding");
    }

    /** To another member's server, as superuser. */
    Connection elsewhere(Upstream upstream, Duration statementLimit) throws SQLException {
        return elsewhere(upstream, settings.superuser(), statementLimit);
    }

    /** To another member's server, with the rights that rewinding from it needs. */
    Connection forRewind(Upstream upstream, Duration statementLimit) throws SQLException {
        return elsewhere(upstream, settings.rewind(), statementLimit);
    }

    private Connection elsewhere(Upstream upstream, Credentials user, Duration statementLimit) throws SQLException {
        Properties properties = properties(user, statementLimit, statementLimit.plus(CONNECT));
        return connect(upstream.addresses(), settings.database(), properties, user);
    }

    /** To a server that is to be streamed from; takes the commands of the replication protocol, and SHOW. */
    Connection forReplication(Upstream upstream, Duration silenceLimit) throws SQLException {
        Credentials user = settings.replication();
        Properties properties = properties(user, Duration.ZERO, silenceLimit);
        properties.setProperty("replication", "true");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", "12");
        properties.remove("options");
        return connect(upstream.addresses(), settings.database(), properties, user);
    }

    /** Of several servers the one that accepts writes, if it is heard. */
    private static Connection connect(List<Address> addresses, String database, Properties properties, Credentials user)
            throws SQLException {
        String servers = addresses.stream().map(Address::toString).collect(Collectors.joining(","));
        String which = addresses.size() > 1 ? "?targetServerType=preferPrimary&hostRecheckSeconds=0" : "";
        String url = "jdbc:postgresql://" + servers + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8) + which;
        try {
            return DriverManager.getConnection(url, properties);
        } catch (SQLException refused) {
            Optional<String> before = user.passwordBefore();
            if (!WRONG_PASSWORD.equals(refused.getSQLState()) || before.isEmpty()) {
                throw refused;
            }
            // The server may be told of the new one later than we are
            properties.setProperty("password", before.get());
            return DriverManager.getConnection(url, properties);
        }
    }

    private static Properties properties(Credentials credentials, Duration statementLimit, Duration silenceLimit)
            throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", credentials.username());
        try {
            credentials.password().ifPresent(password -> properties.setProperty("password", password));
        } catch (IOException unavailable) {
            throw new SQLException(unavailable.getMessage(), WRONG_PASSWORD, unavailable);
        }
        properties.setProperty("gssEncMode", "disable");
        credentials.options().forEach((option, value) -> translate(option, value, properties));
        properties.setProperty("sslfactory", TlsSockets.class.getName());
        properties.setProperty("ApplicationName", "Regent");
        properties.setProperty("connectTimeout", seconds(CONNECT));
        properties.setProperty("socketTimeout", seconds(silenceLimit));
        properties.setProperty(
                "options", "-c statement_timeout=" + statementLimit.toMillis() + " -c search_path=pg_catalog");
        return properties;
    }

    /** The driver has other names for some of libpq's options. */
    private static void translate(String option, String value, Properties properties) {
        switch (option) {
            case "channel_binding" -> properties.setProperty("channelBinding", value);
            case "sslnegotiation" -> properties.setProperty("sslNegotiation", value);
            case "gssencmode" ->
                // What is only preferred the driver would try, and fail, where there is no ticket
                properties.setProperty("gssEncMode", value.equals("require") ? value : "disable");
            case "krbsrvname" -> properties.setProperty("kerberosServerName", value);
            default -> properties.setProperty(option, value);
        }
    }

    private static String seconds(Duration duration) {
        return Long.toString(duration.toSeconds());
    }
}
