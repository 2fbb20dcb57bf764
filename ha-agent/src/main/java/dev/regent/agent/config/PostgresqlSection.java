package dev.regent.agent.config;

import dev.regent.ha.model.Address;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
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
 * @param proxy where clients connect instead of at the server
 * @param configDir where the configuration files are; otherwise in the data directory
 * @param configBaseName what the main configuration file is called, without {@code .conf}
 * @param binNames what PostgreSQL's programs are called where that is not their own name
 * @param roles what holds for the server in one role alone, by the name of the role
 * @param replicaMethods how the data of a replica comes about, tried in this order, with the section of each
 * @param startTimeout how long a start is waited for
 * @param callbacks commands by the event that they are told of, {@code on_start} for example
 * @param osUser whom to run PostgreSQL as when the agent is root
 */
public record PostgresqlSection(
        String hosts,
        int port,
        Address advertised,
        Optional<Address> proxy,
        Path dataDir,
        Optional<Path> binDir,
        Map<String, String> binNames,
        Optional<Path> configDir,
        String configBaseName,
        Optional<Path> pgpass,
        String database,
        User superuser,
        User replication,
        Optional<User> rewind,
        Map<String, String> parameters,
        Map<String, String> recoveryParameters,
        Map<String, RoleSection> roles,
        List<String> pgHba,
        List<String> pgIdent,
        Optional<Path> customConf,
        List<String> basebackupOptions,
        List<String> rewindOptions,
        Map<String, Map<String, Object>> replicaMethods,
        Optional<String> krbsrvname,
        Optional<Duration> startTimeout,
        boolean usePgRewind,
        boolean useUnixSocket,
        Map<String, String> callbacks,
        Optional<String> prePromote,
        Optional<String> beforeStop,
        Optional<String> osUser) {

    private static final List<String> ROLES = List.of("primary", "replica", "standby_leader");
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

    /** What holds for a server in one role: parameters over the others, lines in the place of the others. Immutable. */
    public record RoleSection(Map<String, String> parameters, List<String> pgHba, List<String> pgIdent) {
        public RoleSection {
            parameters = Map.copyOf(parameters);
            pgHba = List.copyOf(pgHba);
            pgIdent = List.copyOf(pgIdent);
        }

        static RoleSection of(Section section, String role) {
            return new RoleSection(
                    section.parameters("parameters_" + role),
                    section.lines("pg_hba_" + role),
                    section.lines("pg_ident_" + role));
        }
    }

    /**
     * Who logs in to PostgreSQL. Not printed with its password. Immutable.
     *
     * @param passwordFile where the password stands instead, to be read whenever it is needed
     */
    public record User(
            String username, Optional<String> password, Optional<Path> passwordFile, Map<String, String> options) {
        public User {
            options = Map.copyOf(options);
        }

        static User of(Section section, String example) {
            String username = section.needed("username", "the PostgreSQL user to log in as", example);
            Map<String, String> options = new LinkedHashMap<>();
            CONNECTION_OPTIONS.forEach(name -> section.text(name).ifPresent(value -> options.put(name, value)));
            Optional<String> password = section.text("password");
            Optional<Path> file = path(section, "password_file");
            if (password.isPresent() && file.isPresent()) {
                throw section.wrong("password_file", "one of password and password_file", "both");
            }
            return new User(username, password, file, options);
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
        binNames = Map.copyOf(binNames);
        roles = Map.copyOf(roles);
        replicaMethods = Collections.unmodifiableMap(new LinkedHashMap<>(replicaMethods));
        callbacks = Map.copyOf(callbacks);
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
                section.address("proxy_address"),
                path(section, "data_dir", section.needed("data_dir", "where the data is", "/var/lib/postgresql/data")),
                path(section, "bin_dir"),
                section.parameters("bin_name"),
                path(section, "config_dir"),
                section.text("config_base_name").orElse("postgresql"),
                path(section, "pgpass"),
                section.text("database").orElse("postgres"),
                users.has("superuser") ? User.of(users.section("superuser"), "postgres") : nobody("postgres"),
                User.of(users.section("replication"), "replicator"),
                users.has("rewind") ? Optional.of(User.of(users.section("rewind"), "rewinder")) : Optional.empty(),
                section.parameters("parameters"),
                section.parameters("recovery_conf"),
                roles(section),
                section.lines("pg_hba"),
                section.lines("pg_ident"),
                path(section, "custom_conf"),
                section.options("basebackup"),
                section.options("rewind"),
                replicaMethods(section),
                section.text("krbsrvname"),
                section.text("pg_ctl_timeout").map(text -> seconds(section, "pg_ctl_timeout", text)),
                section.flag("use_pg_rewind", false),
                section.flag("use_unix_socket", false),
                section.parameters("callbacks"),
                section.text("pre_promote"),
                section.text("before_stop"),
                section.text("os_user"));
    }

    private static Map<String, RoleSection> roles(Section section) {
        Map<String, RoleSection> roles = new LinkedHashMap<>();
        ROLES.forEach(role -> roles.put(role, RoleSection.of(section, role)));
        return roles;
    }

    private static Map<String, Map<String, Object>> replicaMethods(Section section) {
        Map<String, Map<String, Object>> methods = new LinkedHashMap<>();
        List<String> names = section.lines("create_replica_methods");
        for (String name : names.isEmpty() ? section.lines("create_replica_method") : names) {
            // Options of pg_basebackup may be a list; they are read elsewhere
            methods.put(
                    name,
                    name.equals("basebackup") ? Map.of() : section.section(name).values());
        }
        return methods;
    }

    private static Duration seconds(Section section, String key, String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return Duration.ofSeconds(number);
            }
        } catch (NumberFormatException notANumber) {
            // refused below
        }
        throw section.wrong(key, "a number of seconds", text);
    }

    private static User nobody(String username) {
        return new User(username, Optional.empty(), Optional.empty(), Map.of());
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
