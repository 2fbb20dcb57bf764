package dev.regent.postgres;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.PendingRestart.Change;
import dev.regent.ha.model.StandbyCluster;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the configuration files of one server as the node's settings, the cluster's configuration and the server's role
 * want them. Names, form and meaning of the files are Patroni's, so that either can take over from the other. What an
 * earlier process wrote and this one has not been told otherwise, it keeps. Used by one thread.
 */
final class ConfigFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigFiles.class);

    private static final String CONF = "postgresql.conf";
    private static final String BASE = "postgresql.base.conf";
    private static final String HBA = "pg_hba.conf";
    private static final String IDENT = "pg_ident.conf";
    private static final String AUTO = "postgresql.auto.conf";
    private static final String DYNAMIC = "patroni.dynamic.json";
    private static final String SYNCHRONOUS = "synchronous_standby_names";
    private static final List<String> BACKED_UP = List.of(CONF, BASE, HBA, IDENT);

    private final PostgresSettings settings;
    private final DataDirectory data;
    private final OsUser owner;
    private final ConfCheck check;

    private DynamicConfig dynamic = DynamicConfig.EMPTY;
    private volatile ClusterConfig cluster = ClusterConfig.NONE;
    private Optional<String> synchronousStandbyNames = Optional.empty();
    private Map<String, String> recovery = Map.of();
    private Map<String, String> controlled = Map.of();
    private Map<String, String> proven = Map.of();
    private Set<String> refused = Set.of();
    private volatile Map<String, Change> raised = Map.of();

    ConfigFiles(PostgresSettings settings, DataDirectory data, OsUser owner, Tool tool) {
        this.settings = settings;
        this.data = data;
        this.owner = owner;
        this.check = new ConfCheck(settings, tool, owner);
        adopt();
    }

    /** Reads what an earlier process has written. */
    private void adopt() {
        try {
            DynamicConfig.parse(SafeFiles.readIfPresent(data.resolve(DYNAMIC))).ifPresent(this::remember);
            Map<String, String> written = ConfText.parse(SafeFiles.readIfPresent(conf()));
            synchronousStandbyNames = Optional.ofNullable(written.get(SYNCHRONOUS));
            recovery = new TreeMap<>(written);
            recovery.keySet().retainAll(ConfText.RECOVERY);
        } catch (IOException unreadable) {
            LOG.warn("Cannot read the configuration in {}: {}", data.path(), unreadable.getMessage());
        }
    }

    private void remember(DynamicConfig config) {
        dynamic = config;
        cluster = ClusterConfig.from(config);
    }

    Path conf() {
        return data.resolve(CONF);
    }

    ClusterConfig cluster() {
        return cluster;
    }

    boolean isRewindAllowed() {
        return cluster.usePgRewind().orElse(settings.usePgRewind());
    }

    boolean hasRestoreCommand() {
        return !recoveryParameters().getOrDefault("restore_command", "").isEmpty();
    }

    /** What a standby has larger than configured, as its upstream once had it. */
    Map<String, Change> raised() {
        return raised;
    }

    /** What the recovery section takes from the configuration changes with it. */
    void configure(DynamicConfig config) throws DatabaseException {
        Recovery before = new Recovery(recoveryParameters(), cluster.useSlots(), cluster.standbyCluster());
        remember(config);
        Recovery now = new Recovery(recoveryParameters(), cluster.useSlots(), cluster.standbyCluster());
        if (!recovery.isEmpty() && !now.equals(before)) {
            follow(Optional.of(ConnectionString.addressesIn(recovery.getOrDefault("primary_conninfo", "")))
                    .filter(addresses -> !addresses.isEmpty())
                    .map(addresses -> new Upstream(settings.name(), addresses)));
        }
    }

    /** All that the recovery section depends on besides the upstream. */
    private record Recovery(
            Map<String, String> configured, boolean useSlots, Optional<StandbyCluster> standbyCluster) {}

    void synchronousStandbyNames(String value) {
        synchronousStandbyNames = Optional.of(value);
    }

    /** Takes the upstream into the recovery section, and the password for it into the password file. */
    void follow(Optional<Upstream> upstream) throws DatabaseException {
        try {
            int major = data.majorVersion();
            List<Address> addresses = upstream.map(Upstream::addresses).orElse(List.of());
            Optional<String> slot = slotAt(addresses).filter(name -> cluster.useSlots());
            Optional<ConnectionString> conninfo = Optional.empty();
            if (upstream.isPresent()) {
                Credentials user = settings.replication();
                Optional<Path> passfile = PasswordFile.write(settings.pgpass(), upstream.get(), user, owner);
                conninfo = Optional.of(ConnectionString.primaryConninfo(
                        major,
                        upstream.get(),
                        settings.database(),
                        user,
                        passfile,
                        settings.name().value(),
                        // Its slot is on the one of them that accepts writes
                        cluster.isRemote(addresses) && addresses.size() > 1 && slot.isPresent()));
            }
            Map<String, String> configured = recoveryParameters();
            cluster.standbyCluster()
                    .map(remote -> cluster.isRemote(addresses)
                            ? remote.recoveryParameters()
                            : remote.recoveryParametersOfMembers())
                    .ifPresent(configured::putAll);
            recovery = RecoveryParameters.of(configured, major, conninfo, slot);
        } catch (IOException cannotWrite) {
            throw failure(cannotWrite);
        }
    }

    /** The slot that is kept there for this server: by a member for each other one, by a remote cluster for a whole cluster. */
    private Optional<String> slotAt(List<Address> addresses) {
        return cluster.isRemote(addresses)
                ? cluster.standbyCluster().flatMap(StandbyCluster::slotName)
                : Optional.of(settings.name().slotName());
    }

    /**
     * Writes what has changed; true when anything did. With control data, for a standby: no value is then smaller than a
     * standby on this data needs.
     */
    boolean write(Optional<ControlData> standbyOn) throws DatabaseException, InterruptedException {
        try {
            keepOriginal();
            Map<String, String> parameters = acceptedParameters(standbyOn);
            boolean changed = data.write(CONF, render(parameters));
            changed |= writeLines(HBA, "hba_file", settings.pgHba(), cluster.pgHba(), parameters);
            changed |= writeLines(IDENT, "ident_file", settings.pgIdent(), cluster.pgIdent(), parameters);
            removeRecoveryFromAutoConf();
            if (!dynamic.isEmpty()) {
                data.write(DYNAMIC, dynamic.json());
            }
            return changed;
        } catch (IOException cannotWrite) {
            throw failure(cannotWrite);
        }
    }

    /** Valid after {@link #write}. */
    List<String> commandLine() {
        List<String> arguments = new ArrayList<>(List.of("-D", data.path().toString(), "--config-file=" + conf()));
        controlled.forEach((name, value) -> {
            if (ControlledParameters.isOnCommandLine(name)) {
                arguments.add("--" + name + "=" + value);
            }
        });
        return arguments;
    }

    /** Copies of the files travel with every base backup, for when the configuration is outside the data directory. */
    void backUp() throws IOException {
        for (String name : BACKED_UP) {
            if (Files.isRegularFile(data.resolve(name))) {
                data.write(name + ".backup", Files.readString(data.resolve(name)));
            }
        }
    }

    /** Puts the copies in the place of files that a clone has not brought along. */
    void restoreMissing() throws IOException {
        for (String name : BACKED_UP) {
            Path copy = data.resolve(name + ".backup");
            if (!Files.exists(data.resolve(name)) && Files.isRegularFile(copy)) {
                data.write(name, Files.readString(copy));
            }
        }
        if (!Files.exists(data.resolve(IDENT))) {
            data.write(IDENT, "");
        }
    }

    private String render(Map<String, String> parameters) {
        Map<String, String> files = new LinkedHashMap<>();
        for (Map.Entry<String, String> file :
                Map.of("hba_file", HBA, "ident_file", IDENT).entrySet()) {
            if (!parameters.containsKey(file.getKey())) {
                files.put(file.getKey(), data.resolve(file.getValue()).toString());
            }
        }
        String include = settings.customConf().map(Path::toString).orElse(BASE);
        return ConfText.render(include, parameters, new TreeMap<>(files), recovery);
    }

    /** The file that initdb wrote, or that came with a backup, is included in ours from now on. */
    private void keepOriginal() throws IOException {
        if (settings.customConf().isPresent() || Files.exists(data.resolve(BASE))) {
            return;
        }
        if (Files.exists(conf())) {
            Files.move(conf(), data.resolve(BASE));
        } else {
            data.write(BASE, "");
        }
    }

    private boolean writeLines(
            String file, String parameter, List<String> own, List<String> clusters, Map<String, String> parameters)
            throws IOException {
        List<String> lines = own.isEmpty() ? clusters : own;
        boolean foreign = !parameters
                .getOrDefault(parameter, data.resolve(file).toString())
                .equals(data.resolve(file).toString());
        return !lines.isEmpty() && !foreign && data.write(file, ConfText.lines(lines));
    }

    /** What {@code ALTER SYSTEM} once wrote there would win over the recovery section. */
    private void removeRecoveryFromAutoConf() throws IOException {
        String text = SafeFiles.readIfPresent(data.resolve(AUTO));
        String kept = ConfText.withoutRecovery(text);
        if (!kept.equals(text) && !text.isEmpty()) {
            data.write(AUTO, kept);
        }
    }

    private Map<String, String> acceptedParameters(Optional<ControlData> standbyOn)
            throws DatabaseException, InterruptedException, IOException {
        Map<String, String> wanted = parameters(standbyOn, Set.of());
        Map<String, String> unproven = new TreeMap<>(wanted);
        // It changes while clients wait for it, and its value is ours
        unproven.remove(SYNCHRONOUS);
        if (!unproven.equals(proven)) {
            refused = check.refusedOf(unproven, includePath());
            proven = unproven;
        }
        return refused.isEmpty() ? wanted : parameters(standbyOn, refused);
    }

    private Path includePath() {
        return settings.customConf().orElse(data.resolve(BASE));
    }

    private Map<String, String> parameters(Optional<ControlData> standbyOn, Set<String> without)
            throws DatabaseException {
        Map<String, String> configured = new TreeMap<>(cluster.parameters());
        configured.keySet().removeAll(without);
        controlled = raise(ControlledParameters.of(settings, data.majorVersion(), configured), standbyOn);
        Map<String, String> parameters = ordinary(configured, settings.parameters());
        parameters.keySet().removeAll(without);
        settings.unixSocketDir()
                .ifPresent(directory -> parameters.putIfAbsent("unix_socket_directories", directory.toString()));
        synchronousStandbyNames.ifPresent(value -> parameters.put(SYNCHRONOUS, value));
        parameters.putAll(controlled);
        return parameters;
    }

    private static Map<String, String> ordinary(Map<String, String> clusters, Map<String, String> own) {
        Map<String, String> parameters = new TreeMap<>(clusters);
        parameters.putAll(own);
        parameters.keySet().removeIf(name -> ControlledParameters.contains(name) || ConfText.RECOVERY.contains(name));
        return parameters;
    }

    private Map<String, String> recoveryParameters() {
        Map<String, String> parameters = new TreeMap<>(cluster.parameters());
        parameters.putAll(cluster.recoveryParameters());
        parameters.putAll(settings.parameters());
        parameters.putAll(settings.recoveryParameters());
        return parameters;
    }

    private Map<String, String> raise(Map<String, String> configured, Optional<ControlData> standbyOn) {
        if (standbyOn.isEmpty()) {
            raised = Map.of();
            return configured;
        }
        Map<String, String> result = new LinkedHashMap<>(configured);
        Map<String, Change> changes = new TreeMap<>();
        ControlledParameters.IN_CONTROL_FILE.forEach((name, label) -> {
            int needed = standbyOn.get().number(label);
            String wanted = configured.getOrDefault(name, "0");
            if (needed > Integer.parseInt(wanted)) {
                result.put(name, String.valueOf(needed));
                changes.put(name, new Change(String.valueOf(needed), wanted));
            }
        });
        if (!changes.isEmpty() && !changes.equals(raised)) {
            LOG.info("As on its upstream, and larger than configured, until it is restarted: {}", changes);
        }
        raised = Map.copyOf(changes);
        return result;
    }

    private DatabaseException failure(IOException cause) {
        return new DatabaseException(
                "cannot write the configuration in " + data.path() + ": " + cause
                        + ": check owner, permissions and space",
                cause);
    }
}
