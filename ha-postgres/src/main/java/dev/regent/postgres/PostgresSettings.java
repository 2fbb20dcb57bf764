package dev.regent.postgres;

import dev.regent.ha.model.NodeName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one node says of its own PostgreSQL server, as opposed to what the cluster's configuration says of all. Immutable.
 *
 * @param name the member's name; standbys are known to their upstream by it
 * @param scope the cluster's name, which the server shows as {@code cluster_name}
 * @param workDir where the server's own output, the marker of unfinished work, and short-lived files go: a directory next
 *     to the data, so that it lasts as long as the data does
 * @param configDir where the configuration files are
 * @param configBaseName what the main configuration file is called, without {@code .conf}
 * @param programNames what PostgreSQL's programs are called where that is not their own name
 * @param listen hosts to listen on, separated by commas
 * @param parameters PostgreSQL parameters of this node alone; those that must be the same on all nodes are ignored
 * @param recoveryParameters parameters for standbys of this node alone, {@code restore_command} for example
 * @param overlays what holds for this node's server in one role alone
 * @param pgHba the lines of {@code pg_hba.conf}; empty leaves the file alone
 * @param newClusterPgHba lines to add to the {@code pg_hba.conf} of a new cluster that {@code pgHba} leaves alone
 * @param customConf a file to include instead of the one that initdb wrote
 * @param bootstrapMethod how the data of a new cluster comes about instead of by initdb
 * @param postBootstrap a command to run when a new cluster accepts writes for the first time, before anybody else can reach it
 * @param replicaMethods how the data of a replica comes about, tried in this order; empty leaves it to the cluster's
 *     configuration, and in the end to {@code pg_basebackup}
 * @param krbsrvname the service name of servers in Kerberos
 * @param startPatience how long a start is waited for before the server is left to itself; absent leaves it to the cluster's
 *     configuration
 * @param unixSocketDir where to connect to the local server instead of by TCP
 * @param osUser whom to run PostgreSQL as when this process is root
 * @param hooks commands of a person that are run when something happens to the server
 * @param stopTimeout how long a fast stop may take before it becomes an immediate one; absent waits for ever
 */
public record PostgresSettings(
        NodeName name,
        String scope,
        Path dataDir,
        Path binDir,
        Path workDir,
        Path configDir,
        String configBaseName,
        Map<String, String> programNames,
        String listen,
        int port,
        String database,
        Credentials superuser,
        Credentials replication,
        Credentials rewind,
        Path pgpass,
        Map<String, String> parameters,
        Map<String, String> recoveryParameters,
        Map<ServerRole, RoleOverlay> overlays,
        List<String> pgHba,
        List<String> pgIdent,
        List<String> newClusterPgHba,
        Optional<Path> customConf,
        List<String> initdbOptions,
        List<String> basebackupOptions,
        List<String> rewindOptions,
        Optional<BootstrapMethod> bootstrapMethod,
        Optional<String> postBootstrap,
        List<ReplicaMethod> replicaMethods,
        Optional<String> krbsrvname,
        Optional<Duration> startPatience,
        boolean usePgRewind,
        Optional<Path> unixSocketDir,
        Optional<String> osUser,
        Hooks hooks,
        Optional<Duration> stopTimeout) {

    static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private static final List<String> LOCAL = List.of("*", "localhost", "0.0.0.0", "127.0.0.1");

    public PostgresSettings {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("expected a port from 1 to 65535 for PostgreSQL, found " + port);
        }
        if (listen.isBlank()) {
            throw new IllegalArgumentException("expected a host for PostgreSQL to listen on, found none");
        }
        dataDir = dataDir.toAbsolutePath().normalize();
        workDir = workDir.toAbsolutePath().normalize();
        if (workDir.startsWith(dataDir)) {
            throw new IllegalArgumentException("expected a work directory outside the data directory " + dataDir
                    + ", found " + workDir + ": what is inside is lost when the data is replaced");
        }
        binDir = binDir.toAbsolutePath();
        pgpass = pgpass.toAbsolutePath();
        configDir = configDir.toAbsolutePath().normalize();
        programNames = Map.copyOf(programNames);
        overlays = Map.copyOf(overlays);
        replicaMethods = List.copyOf(replicaMethods);
        postBootstrap.ifPresent(ShellWords::of);
        parameters = lowerCased(parameters);
        recoveryParameters = lowerCased(recoveryParameters);
        pgHba = List.copyOf(pgHba);
        pgIdent = List.copyOf(pgIdent);
        newClusterPgHba = List.copyOf(newClusterPgHba);
        initdbOptions = List.copyOf(initdbOptions);
        basebackupOptions = List.copyOf(basebackupOptions);
        rewindOptions = List.copyOf(rewindOptions);
    }

    /** PostgreSQL does not tell names apart by case. */
    private static Map<String, String> lowerCased(Map<String, String> values) {
        Map<String, String> result = new TreeMap<>();
        values.forEach((key, value) -> result.put(key.toLowerCase(Locale.ROOT), value));
        return Collections.unmodifiableMap(result);
    }

    /** Where the server is reached from its own host by TCP. */
    String localHost() {
        List<String> hosts = List.of(listen.split("\\s*,\\s*"));
        return hosts.stream().anyMatch(LOCAL::contains) ? "localhost" : hosts.get(0);
    }

    /** Who replicates, with what replication connections need besides. */
    Credentials replicationLogin() {
        if (krbsrvname.isEmpty()) {
            return replication;
        }
        Map<String, String> options = new TreeMap<>(replication.options());
        options.put("krbsrvname", krbsrvname.get());
        return replication.withOptions(options);
    }

    /** Begins the settings of a member of a cluster, with its data in a directory of its own. */
    public static Builder of(NodeName name, String scope, Path dataDir) {
        return new Builder(name, scope, dataDir);
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private static final int DEFAULT_PORT = 5432;

        private final NodeName name;
        private final String scope;
        private final Path dataDir;
        private Optional<Path> binDir = Optional.empty();
        private Optional<Path> workDir = Optional.empty();
        private Optional<Path> configDir = Optional.empty();
        private String configBaseName = "postgresql";
        private final Map<String, String> programNames = new LinkedHashMap<>();
        private String listen = "localhost";
        private int port = DEFAULT_PORT;
        private String database = "postgres";
        private Credentials superuser = Credentials.withoutPassword("postgres");
        private Credentials replication = Credentials.withoutPassword("replicator");
        private Optional<Credentials> rewind = Optional.empty();
        private Optional<Path> pgpass = Optional.empty();
        private final Map<String, String> parameters = new LinkedHashMap<>();
        private final Map<String, String> recoveryParameters = new LinkedHashMap<>();
        private final Map<ServerRole, RoleOverlay> overlays = new EnumMap<>(ServerRole.class);
        private final List<String> pgHba = new ArrayList<>();
        private final List<String> pgIdent = new ArrayList<>();
        private final List<String> newClusterPgHba = new ArrayList<>();
        private Optional<Path> customConf = Optional.empty();
        private final List<String> initdbOptions = new ArrayList<>();
        private final List<String> basebackupOptions = new ArrayList<>();
        private final List<String> rewindOptions = new ArrayList<>();
        private Optional<BootstrapMethod> bootstrapMethod = Optional.empty();
        private Optional<String> postBootstrap = Optional.empty();
        private final List<ReplicaMethod> replicaMethods = new ArrayList<>();
        private Optional<String> krbsrvname = Optional.empty();
        private Optional<Duration> startPatience = Optional.empty();
        private boolean usePgRewind = true;
        private Optional<Path> unixSocketDir = Optional.empty();
        private Optional<String> osUser = Optional.empty();
        private Hooks hooks = Hooks.NONE;
        private Optional<Duration> stopTimeout = Optional.empty();

        private Builder(NodeName name, String scope, Path dataDir) {
            this.name = name;
            this.scope = scope;
            this.dataDir = dataDir;
        }

        /** Where PostgreSQL's programs are; otherwise the first directory of the {@code PATH} that has them. */
        public Builder binDir(Path value) {
            binDir = Optional.of(value);
            return this;
        }

        /** Otherwise the data directory's path with {@code .regent} appended. */
        public Builder workDir(Path value) {
            workDir = Optional.of(value);
            return this;
        }

        /** Otherwise the data directory. */
        public Builder configDir(Path value) {
            configDir = Optional.of(value);
            return this;
        }

        /** Otherwise {@code postgresql}, so that the file is {@code postgresql.conf}. */
        public Builder configBaseName(String value) {
            configBaseName = value;
            return this;
        }

        /** What a program of PostgreSQL, {@code pg_basebackup} for example, is called here. */
        public Builder programName(String program, String value) {
            programNames.put(program, value);
            return this;
        }

        public Builder listen(String hosts, int listenPort) {
            listen = hosts;
            port = listenPort;
            return this;
        }

        public Builder database(String value) {
            database = value;
            return this;
        }

        public Builder superuser(Credentials value) {
            superuser = value;
            return this;
        }

        public Builder replication(Credentials value) {
            replication = value;
            return this;
        }

        /** Otherwise the superuser rewinds. */
        public Builder rewind(Credentials value) {
            rewind = Optional.of(value);
            return this;
        }

        /** Otherwise {@code pgpass} in the work directory. */
        public Builder pgpass(Path value) {
            pgpass = Optional.of(value);
            return this;
        }

        public Builder parameter(String parameter, String value) {
            parameters.put(parameter, value);
            return this;
        }

        public Builder parameters(Map<String, String> values) {
            parameters.putAll(values);
            return this;
        }

        public Builder recoveryParameters(Map<String, String> values) {
            recoveryParameters.putAll(values);
            return this;
        }

        public Builder overlay(ServerRole role, RoleOverlay value) {
            overlays.put(role, value);
            return this;
        }

        public Builder bootstrapMethod(BootstrapMethod value) {
            bootstrapMethod = Optional.of(value);
            return this;
        }

        /** Gets, as its last argument, the connection string of the new server, which only it can reach. */
        public Builder postBootstrap(String command) {
            postBootstrap = Optional.of(command);
            return this;
        }

        public Builder replicaMethods(List<ReplicaMethod> methods) {
            replicaMethods.addAll(methods);
            return this;
        }

        public Builder krbsrvname(String value) {
            krbsrvname = Optional.of(value);
            return this;
        }

        public Builder startPatience(Duration value) {
            startPatience = Optional.of(value);
            return this;
        }

        public Builder pgHba(List<String> lines) {
            pgHba.addAll(lines);
            return this;
        }

        public Builder pgIdent(List<String> lines) {
            pgIdent.addAll(lines);
            return this;
        }

        public Builder newClusterPgHba(List<String> lines) {
            newClusterPgHba.addAll(lines);
            return this;
        }

        public Builder customConf(Path value) {
            customConf = Optional.of(value);
            return this;
        }

        /** Options as on the command line, {@code --data-checksums} for example. */
        public Builder initdbOptions(List<String> options) {
            initdbOptions.addAll(options);
            return this;
        }

        public Builder basebackupOptions(List<String> options) {
            basebackupOptions.addAll(options);
            return this;
        }

        public Builder rewindOptions(List<String> options) {
            rewindOptions.addAll(options);
            return this;
        }

        public Builder usePgRewind(boolean value) {
            usePgRewind = value;
            return this;
        }

        public Builder unixSocketDir(Path value) {
            unixSocketDir = Optional.of(value);
            return this;
        }

        public Builder osUser(String value) {
            osUser = Optional.of(value);
            return this;
        }

        /** Whom to run PostgreSQL as if this process should be root, which PostgreSQL refuses; without effect otherwise. */
        public Builder osUserWhenRoot(String value) {
            return "root".equals(System.getProperty("user.name")) ? osUser(value) : this;
        }

        /** Otherwise what the cluster-wide configuration says; what these leave open is taken from there, too. */
        public Builder hooks(Hooks value) {
            hooks = value;
            return this;
        }

        public Builder stopTimeout(Duration value) {
            stopTimeout = Optional.of(value);
            return this;
        }

        public PostgresSettings build() {
            Path work = workDir.orElseGet(() -> Path.of(dataDir.toAbsolutePath().normalize() + ".regent"));
            return new PostgresSettings(
                    name,
                    scope,
                    dataDir,
                    binDir.orElseGet(Programs::onPath),
                    work,
                    configDir.orElse(dataDir),
                    configBaseName,
                    programNames,
                    listen,
                    port,
                    database,
                    superuser,
                    replication,
                    rewind.orElse(superuser),
                    pgpass.orElseGet(() -> work.resolve("pgpass")),
                    parameters,
                    recoveryParameters,
                    overlays,
                    pgHba,
                    pgIdent,
                    newClusterPgHba,
                    customConf,
                    initdbOptions,
                    basebackupOptions,
                    rewindOptions,
                    bootstrapMethod,
                    postBootstrap,
                    replicaMethods,
                    krbsrvname,
                    startPatience,
                    usePgRewind,
                    unixSocketDir,
                    osUser,
                    hooks,
                    stopTimeout);
        }
    }
}
