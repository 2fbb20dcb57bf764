package dev.regent.agent;

import dev.regent.agent.config.AgentConfig;
import dev.regent.agent.config.PostgresqlSection;
import dev.regent.agent.config.PostgresqlSection.RoleSection;
import dev.regent.agent.config.PostgresqlSection.User;
import dev.regent.ha.spi.SecretProvider;
import dev.regent.postgres.BootstrapMethod;
import dev.regent.postgres.Credentials;
import dev.regent.postgres.Hooks;
import dev.regent.postgres.PostgresSettings;
import dev.regent.postgres.ReplicaMethod;
import dev.regent.postgres.RoleOverlay;
import dev.regent.postgres.ServerRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What the agent's configuration means for its server. */
final class ServerSettings {
    private static final String ROOT = "root";
    private static final String USUAL_USER = "postgres";
    private static final String SOCKET_DIRECTORIES = "unix_socket_directories";
    private static final Path DEBIANS_SOCKET_DIRECTORY = Path.of("/var/run/postgresql");
    private static final Path POSTGRESQLS_SOCKET_DIRECTORY = Path.of("/tmp");

    private ServerSettings() {}

    static PostgresSettings of(AgentConfig config) {
        PostgresqlSection section = config.postgresql();
        PostgresSettings.Builder builder = PostgresSettings.of(config.name(), config.scope(), section.dataDir())
                .listen(section.hosts(), section.port())
                .database(section.database())
                .superuser(credentials(section.superuser()))
                .replication(credentials(section.replication()))
                .parameters(section.parameters())
                .recoveryParameters(section.recoveryParameters())
                .pgHba(section.pgHba())
                .pgIdent(section.pgIdent())
                .newClusterPgHba(config.bootstrap().pgHba())
                .initdbOptions(config.bootstrap().initdb())
                .basebackupOptions(section.basebackupOptions())
                .rewindOptions(section.rewindOptions())
                .usePgRewind(section.usePgRewind())
                .hooks(hooks(section));
        addMethods(builder, config);
        section.binDir().ifPresent(builder::binDir);
        section.binNames().forEach(builder::programName);
        section.configDir().ifPresent(builder::configDir);
        builder.configBaseName(section.configBaseName());
        section.krbsrvname().ifPresent(builder::krbsrvname);
        section.startTimeout().ifPresent(builder::startPatience);
        section.pgpass().ifPresent(builder::pgpass);
        section.rewind().map(ServerSettings::credentials).ifPresent(builder::rewind);
        section.customConf().ifPresent(builder::customConf);
        osUser(section).ifPresent(builder::osUser);
        workDir(config).ifPresent(builder::workDir);
        if (section.useUnixSocket()) {
            builder.unixSocketDir(socketDirectory(section));
        }
        return builder.build();
    }

    private static void addMethods(PostgresSettings.Builder builder, AgentConfig config) {
        PostgresqlSection section = config.postgresql();
        for (ServerRole role : ServerRole.values()) {
            RoleSection own = section.roles().get(role.label());
            if (own != null) {
                builder.overlay(
                        role, new RoleOverlay(own.parameters(), Optional.of(own.pgHba()), Optional.of(own.pgIdent())));
            }
        }
        builder.replicaMethods(section.replicaMethods().entrySet().stream()
                .map(method -> ReplicaMethod.of(method.getKey(), method.getValue()))
                .toList());
        config.bootstrap()
                .method()
                .map(method -> BootstrapMethod.of(method.name(), method.command(), method.keys(), method.recovery()))
                .ifPresent(builder::bootstrapMethod);
        config.bootstrap().postBootstrap().ifPresent(builder::postBootstrap);
    }

    private static Hooks hooks(PostgresqlSection section) {
        Map<Hooks.Event, String> callbacks = new EnumMap<>(Hooks.Event.class);
        for (Hooks.Event event : Hooks.Event.values()) {
            Optional.ofNullable(section.callbacks().get(event.label()))
                    .ifPresent(command -> callbacks.put(event, command));
        }
        return new Hooks(callbacks, section.prePromote(), section.beforeStop());
    }

    private static Credentials credentials(User user) {
        Credentials login = user.passwordFile()
                .map(file -> Credentials.of(user.username(), readable(file)))
                .or(() -> user.password().map(password -> Credentials.of(user.username(), password)))
                .orElseGet(() -> Credentials.withoutPassword(user.username()));
        return login.withOptions(user.options());
    }

    /** A path that is wrong is better known before the server is to be logged in to. */
    private static SecretProvider readable(Path file) {
        SecretProvider secret = SecretProvider.file(file);
        try {
            secret.current();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "expected a file with a password at " + file + " (password_file), found: " + unreadable,
                    unreadable);
        }
        return secret;
    }

    /** PostgreSQL refuses root: then it runs as the owner of its data, or as the user that packages create for it. */
    private static Optional<String> osUser(PostgresqlSection section) {
        if (section.osUser().isPresent() || !ROOT.equals(System.getProperty("user.name"))) {
            return section.osUser();
        }
        Optional<String> owner = owner(section.dataDir()).filter(user -> !user.equals(ROOT));
        return Optional.of(owner.orElse(USUAL_USER));
    }

    private static Optional<String> owner(Path directory) {
        try {
            return Files.isDirectory(directory)
                    ? Optional.of(Files.getOwner(directory).getName())
                    : Optional.empty();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Next to the data, unless the data has a mount point for itself and nothing may be created next to it. */
    private static Optional<Path> workDir(AgentConfig config) {
        Path dataDir = config.postgresql().dataDir().toAbsolutePath().normalize();
        Path parent = dataDir.getParent();
        boolean besideTheData = parent == null || !Files.exists(parent) || Files.isWritable(parent);
        return besideTheData
                ? Optional.empty()
                : Optional.of(Path.of(
                        System.getProperty("user.home"),
                        ".regent",
                        config.scope(),
                        config.name().value()));
    }

    private static Path socketDirectory(PostgresqlSection section) {
        String configured = section.parameters()
                .getOrDefault(SOCKET_DIRECTORIES, "")
                .split(",", -1)[0]
                .strip();
        if (!configured.isEmpty()) {
            return Path.of(configured);
        }
        return Files.isDirectory(DEBIANS_SOCKET_DIRECTORY) ? DEBIANS_SOCKET_DIRECTORY : POSTGRESQLS_SOCKET_DIRECTORY;
    }
}
