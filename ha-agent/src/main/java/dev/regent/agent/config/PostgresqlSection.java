package dev.regent.agent.config;

import dev.regent.ha.model.Address;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * This node's own server: where it is, how it listens, and how to log in to it.
 *
 * @param hosts what the server listens on, separated by commas
 * @param advertised where clients and other members reach it
 * @param binDir where PostgreSQL's programs are; otherwise on the search path
 * @param osUser whom to run PostgreSQL as when the agent is root
 */
public record PostgresqlSection(
        String hosts,
        int port,
        Address advertised,
        Path dataDir,
        Optional<Path> binDir,
        Optional<Path> pgpass,
        String database,
        User superuser,
        User replication,
        Optional<User> rewind,
        Map<String, String> parameters,
        Map<String, String> recoveryParameters,
        List<String> pgHba,
        List<String> pgIdent,
        Optional<Path> customConf,
        List<String> basebackupOptions,
        List<String> rewindOptions,
        boolean usePgRewind,
        boolean useUnixSocket,
        Optional<String> osUser) {

    private static final int DEFAULT_PORT = 5432;
    private static final Set<String> EVERYWHERE = Set.of("*", "0.0.0.0", "::");
    private static final Set<String> CONNECTION_OPTIONS = Set.of(
            "sslmode",
            "sslcert",
            "sslkey",
            "sslpassword",
            "sslrootcert",
            "sslcrl",
            "sslcrldir",
            "gssencmode",
            "channel_binding",
            "sslnegotiation");

    /** Who logs in to PostgreSQL. Not printed with its password. Immutable. */
    public record User(String username, Optional<String> password, Map<String, String> options) {
        public User {
            options = Map.copyOf(options);
        }

        static User of(Section section, String example) {
            String username = section.needed("username", "the PostgreSQL user to log in as", example);
            Map<String, String> options = new LinkedHashMap<>();
            CONNECTION_OPTIONS.forEach(name -> section.text(name).ifPresent(value -> options.put(name, value)));
            return new User(username, section.text("password"), options);
        }

        @Override
        public String toString() {
            return username;
        }
    }

    public PostgresqlSection {
        parameters = Map.copyOf(parameters);
        recoveryParameters = Map.copyOf(recoveryParameters);
        pgHba = List.copyOf(pgHba);
        pgIdent = List.copyOf(pgIdent);
        basebackupOptions = List.copyOf(basebackupOptions);
        rewindOptions = List.copyOf(rewindOptions);
    }

    static PostgresqlSection of(Section section) {
        String listen = section.needed("listen", "where PostgreSQL listens", "10.0.0.1:5432");
        String hosts = hosts(section, listen);
        int port = port(section, listen);
        Section users = section.section("authentication");
        return new PostgresqlSection(
                hosts,
                port,
                section.address("connect_address").orElseGet(() -> advertised(hosts, port)),
                path(section, "data_dir", section.needed("data_dir", "where the data is", "/var/lib/postgresql/data")),
                path(section, "bin_dir"),
                path(section, "pgpass"),
                section.text("database").orElse("postgres"),
                users.has("superuser") ? User.of(users.section("superuser"), "postgres") : nobody("postgres"),
                User.of(users.section("replication"), "replicator"),
                users.has("rewind") ? Optional.of(User.of(users.section("rewind"), "rewinder")) : Optional.empty(),
                section.parameters("parameters"),
                section.parameters("recovery_conf"),
                section.lines("pg_hba"),
                section.lines("pg_ident"),
                path(section, "custom_conf"),
                section.options("basebackup"),
                section.options("rewind"),
                section.flag("use_pg_rewind", false),
                section.flag("use_unix_socket", false),
                section.text("os_user"));
    }

    private static User nobody(String username) {
        return new User(username, Optional.empty(), Map.of());
    }

    /** The port may be left out; colons in an address without brackets belong to the address. */
    private static int colonBeforePort(String listen) {
        int colon = listen.lastIndexOf(':');
        String last = listen.substring(listen.lastIndexOf(',') + 1).strip();
        boolean bareIpv6 = !last.startsWith("[") && last.indexOf(':') != last.lastIndexOf(':');
        boolean inBrackets = listen.endsWith("]");
        return bareIpv6 || inBrackets ? -1 : colon;
    }

    private static int port(Section section, String listen) {
        int colon = colonBeforePort(listen);
        return colon < 0
                ? DEFAULT_PORT
                : section.port("listen", listen.substring(colon + 1), "HOST:PORT or HOST,HOST:PORT", listen);
    }

    private static String hosts(Section section, String listen) {
        int colon = colonBeforePort(listen);
        String hosts = (colon < 0 ? listen : listen.substring(0, colon)).replaceAll("[\\[\\]\\s]", "");
        if (hosts.isEmpty()) {
            throw section.wrong("listen", "HOST:PORT or HOST,HOST:PORT", listen);
        }
        return hosts;
    }

    private static Address advertised(String hosts, int port) {
        String first = hosts.split(",", -1)[0];
        return new Address(EVERYWHERE.contains(first) ? "localhost" : first, port);
    }

    private static Optional<Path> path(Section section, String key) {
        return section.text(key).map(text -> path(section, key, text));
    }

    private static Path path(Section section, String key, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException impossible) {
            throw section.wrong(key, "a path", text);
        }
    }
}
