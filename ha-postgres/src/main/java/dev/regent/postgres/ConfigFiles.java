package dev.regent.postgres;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.PendingRestart.Change;
import dev.regent.ha.model.StandbyCluster;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import java.io.IOException;
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

    private static final String AUTO = "postgresql.auto.conf";
    private static final String DYNAMIC = "patroni.dynamic.json";
    private static final String SYNCHRONOUS = "synchronous_standby_names";

    private volatile PostgresSettings settings;
    private volatile PostgresSettings wanted;
    private final DataDirectory data;
    private final StandbyLogin standbyLogin;
    private final ConfigPlace place;
    private final AccessFile access;
    private final ConfCheck check;
    private final Setbacks setbacks = new Setbacks();

    private boolean takesForeignCommands = true;
    private Set<String> ignored = Set.of();
    private DynamicConfig dynamic = DynamicConfig.EMPTY;
    private volatile ClusterConfig cluster = ClusterConfig.NONE;
    private Optional<String> synchronousStandbyNames = Optional.empty();
    private volatile Map<String, String> recovery = Map.of();
    private Map<String, String> controlled = Map.of();
    private Map<String, String> proven = Map.of();
    private Set<String> refused = Set.of();
    private boolean recoveryElsewhere;
    private volatile Map<String, Change> raised = Map.of();

    ConfigFiles(PostgresSettings settings, DataDirectory data, OsUser owner, Tool tool) {
        this.settings = settings;
        this.wanted = settings;
        this.data = data;
        this.standbyLogin = new StandbyLogin(settings, data, owner);
        this.place = new ConfigPlace(settings, data, owner);
        this.access = new AccessFile(settings, place);
        this.check = new ConfCheck(settings, tool, owner);
        adopt();
    }

    /** Reads what an earlier process has written. */
    private void adopt() {
        try {
            DynamicConfig.parse(SafeFiles.readIfPresent(data.resolve(DYNAMIC))).ifPresent(this::remember);
            Map<String, String> written = ConfText.parse(SafeFiles.readIfPresent(conf()));
            synchronousStandbyNames = Optional.ofNullable(written.get(SYNCHRONOUS));
            access.adopt();
            recovery = new TreeMap<>(written);
            recovery.keySet().retainAll(ConfText.RECOVERY);
            upstream().ifPresent(standbyLogin::adopt);
        } catch (IOException unreadable) {
            LOG.warn("Cannot read the configuration in {}: {}", data.path(), unreadable.getMessage());
        }
    }

    private void remember(DynamicConfig config) {
        dynamic = config;
        cluster = ClusterConfig.from(takesForeignCommands ? config : withoutForeignCommands(config));
    }

    private DynamicConfig withoutForeignCommands(DynamicConfig config) {
        ForeignCommands commands = ForeignCommands.in(config);
        if (!commands.paths().isEmpty() && !commands.paths().equals(ignored)) {
            LOG.warn("Commands in the cluster-wide configuration are not taken here: {}", commands.paths());
        }
        ignored = commands.paths();
        return commands.rest();
    }

    /** From now on, and for what is remembered: only the node's own settings give it commands. */
    void ignoreForeignCommands() {
        takesForeignCommands = false;
        remember(dynamic);
    }

    Path conf() {
        return place.resolve(place.main());
    }

    /** The cluster's configuration as it was last taken over, by this process or one before; empty when it never was. */
    Optional<DynamicConfig> lastTakenOver() {
        return Optional.of(dynamic).filter(config -> !config.isEmpty());
    }

    ClusterConfig cluster() {
        return cluster;
    }

    /** For the role that the server has, or has when it is started. */
    EffectiveConfig effective() {
        return new EffectiveConfig(settings, cluster, data.isStandby() ? roleOfStandby() : ServerRole.PRIMARY);
    }

    private ServerRole roleOfStandby() {
        boolean leads = cluster.standbyCluster().isPresent() && cluster.isRemote(followed());
        return leads ? ServerRole.STANDBY_LEADER : ServerRole.REPLICA;
    }

    private List<Address> followed() {
        return ConnectionString.addressesIn(recovery.getOrDefault("primary_conninfo", ""));
    }

    /** What this node says, and where it says nothing, the cluster-wide configuration. */
    Hooks hooks() {
        return settings.hooks().orElse(cluster.hooks());
    }

    boolean isRewindAllowed() {
        return effective().isRewindAllowed();
    }

    boolean hasRestoreCommand() {
        return !effective()
                .recoveryParameters()
                .getOrDefault("restore_command", "")
                .isEmpty();
    }

    /** What a standby has larger than configured, as its upstream once had it. */
    Map<String, Change> raised() {
        return raised;
    }

    /** The node's own settings are these from the next {@link #configure} on; any thread. */
    void use(PostgresSettings changed) {
        wanted = changed;
    }

    /** What the recovery section takes from the configuration changes with it. */
    void configure(DynamicConfig config) throws DatabaseException {
        Recovery before = recoveryNow();
        settings = wanted;
        standbyLogin.use(wanted);
        remember(config);
        if (!recovery.isEmpty() && !recoveryNow().equals(before)) {
            follow(upstream());
        }
    }

    private Recovery recoveryNow() {
        Credentials login = settings.replicationLogin();
        return new Recovery(
                effective().recoveryParameters(),
                cluster.useSlots(),
                cluster.standbyCluster(),
                login.username(),
                login.options());
    }

    private Optional<Upstream> upstream() {
        return Optional.of(followed())
                .filter(addresses -> !addresses.isEmpty())
                .map(addresses -> new Upstream(settings.name(), addresses));
    }

    /** All that the recovery section depends on besides the upstream. */
    private record Recovery(
            Map<String, String> configured,
            boolean useSlots,
            Optional<StandbyCluster> standbyCluster,
            String user,
            Map<String, String> connection) {}

    /** Any thread. */
    StandbyLogin standbyLogin() {
        return standbyLogin;
    }

    /** Who may log in. */
    AccessFile access() {
        return access;
    }

    void synchronousStandbyNames(String value) {
        synchronousStandbyNames = Optional.of(value);
    }

    /** The data came from elsewhere: what another cluster's agent left in it does not hold for this one. */
    void forgetOrigin() throws IOException {
        SafeFiles.delete(data.resolve(DYNAMIC));
        synchronousStandbyNames = Optional.empty();
    }

    /**
     * The recovery of data that was not this cluster's before; or none with empty settings. Settings that stand elsewhere may
     * be kept.
     */
    void recoverWith(Map<String, String> parameters, boolean keepElsewhere) {
        recovery = Map.copyOf(parameters);
        recoveryElsewhere = keepElsewhere;
    }

    /** Takes the upstream into the recovery section, and the password for it into the password file. */
    void follow(Optional<Upstream> upstream) throws DatabaseException {
        try {
            int major = data.majorVersion();
            List<Address> addresses = upstream.map(Upstream::addresses).orElse(List.of());
            Optional<String> slot = slotAt(addresses).filter(name -> cluster.useSlots());
            Optional<ConnectionString> conninfo = Optional.empty();
            if (upstream.isPresent()) {
                Optional<Path> passfile = standbyLogin.passwordFile(upstream.get());
                conninfo = Optional.of(ConnectionString.primaryConninfo(
                        major,
                        upstream.get(),
                        settings.database(),
                        standbyLogin.user(),
                        passfile,
                        settings.name().value(),
                        // Its slot is on the one of them that accepts writes
                        cluster.isRemote(addresses) && addresses.size() > 1 && slot.isPresent()));
            }
            Map<String, String> configured = effective().recoveryParameters();
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
            if (settings.customConf().isEmpty()) {
                place.keepOriginal();
            }
            EffectiveConfig effective = effective();
            Map<String, String> parameters = acceptedParameters(effective, standbyOn);
            boolean changed = place.write(place.main(), render(parameters));
            changed |= access.write(setbacks.without(effective.pgHba()), parameters);
            changed |= writeLines(ConfigPlace.IDENT, "ident_file", effective.pgIdent(), parameters);
            if (!recoveryElsewhere) {
                removeRecoveryFromAutoConf();
            }
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

    /** The server runs with what was last written: copies of the files travel with every base backup. */
    void backUp() throws IOException {
        place.backUp();
    }

    /** Puts the copies in the place of files that a clone has not brought along. */
    void restoreMissing() throws IOException {
        place.restoreMissing();
    }

    /**
     * After a start that failed, with what the server then wrote: leaves out what it complains of, or else everything that
     * has changed since it last started; false when there is nothing (more) to leave out.
     */
    boolean retreat(String output) throws DatabaseException {
        try {
            Map<String, String> before = ConfText.parse(place.backup(place.main()));
            Map<String, String> now = ConfText.parse(SafeFiles.readIfPresent(conf()));
            return setbacks.retreat(before, now, output, linesOfHba());
        } catch (IOException unreadable) {
            throw new DatabaseException(
                    "cannot read the configuration in " + data.path() + ": " + unreadable, unreadable);
        }
    }

    /** What was left out is not to blame, or is to be tried again. */
    void forgetRetreat() {
        setbacks.clear();
    }

    /** Lines of {@code pg_hba.conf}, by number, that the server refuses; false when none of them is one of ours. */
    boolean refuseAccessRules(Map<Integer, String> errors) throws DatabaseException {
        try {
            return setbacks.refuseLines(linesOfHba(), errors);
        } catch (IOException unreadable) {
            throw new DatabaseException("cannot read pg_hba.conf: " + unreadable, unreadable);
        }
    }

    private List<String> linesOfHba() throws IOException {
        List<String> written =
                SafeFiles.readIfPresent(place.resolve(ConfigPlace.HBA)).lines().toList();
        return effective().pgHba().isEmpty() ? List.of() : written;
    }

    private String render(Map<String, String> parameters) {
        Map<String, String> files = new TreeMap<>();
        for (Map.Entry<String, String> file : Map.of("hba_file", ConfigPlace.HBA, "ident_file", ConfigPlace.IDENT)
                .entrySet()) {
            if (!parameters.containsKey(file.getKey())) {
                files.put(file.getKey(), place.resolve(file.getValue()).toString());
            }
        }
        String include = settings.customConf().map(Path::toString).orElse(place.original());
        return ConfText.render(include, parameters, files, recovery);
    }

    private boolean writeLines(String file, String parameter, List<String> lines, Map<String, String> parameters)
            throws IOException {
        Path ours = place.resolve(file);
        boolean foreign = !ours.equals(place.resolve(parameters.getOrDefault(parameter, file)));
        return !lines.isEmpty() && !foreign && place.write(file, ConfText.lines(lines));
    }

    /** What {@code ALTER SYSTEM} once wrote there would win over the recovery section. */
    private void removeRecoveryFromAutoConf() throws IOException {
        String text = SafeFiles.readIfPresent(data.resolve(AUTO));
        String kept = ConfText.withoutRecovery(text);
        if (!kept.equals(text) && !text.isEmpty()) {
            data.write(AUTO, kept);
        }
    }

    private Map<String, String> acceptedParameters(EffectiveConfig effective, Optional<ControlData> standbyOn)
            throws DatabaseException, InterruptedException, IOException {
        Map<String, String> wanted = parameters(effective, standbyOn, Set.of());
        Map<String, String> unproven = new TreeMap<>(wanted);
        // It changes while clients wait for it, and its value is ours
        unproven.remove(SYNCHRONOUS);
        if (!unproven.equals(proven)) {
            warnOfControlled(effective);
            refused = check.refusedOf(unproven, includePath());
            proven = unproven;
        }
        return refused.isEmpty() ? wanted : parameters(effective, standbyOn, refused);
    }

    private static void warnOfControlled(EffectiveConfig effective) {
        effective.roleParameters().keySet().stream()
                .filter(ControlledParameters::contains)
                .forEach(name -> LOG.warn(
                        "The parameter {} must be alike on all members and is ignored in parameters_{}: set it in"
                                + " postgresql.parameters of the cluster's configuration",
                        name,
                        effective.role().label()));
    }

    private Path includePath() {
        return settings.customConf().orElse(place.resolve(place.original()));
    }

    private Map<String, String> parameters(
            EffectiveConfig effective, Optional<ControlData> standbyOn, Set<String> without) throws DatabaseException {
        Map<String, String> configured = new TreeMap<>(cluster.parameters());
        configured.keySet().removeAll(without);
        controlled =
                raise(setbacks.applied(ControlledParameters.of(settings, data.majorVersion(), configured)), standbyOn);
        Map<String, String> parameters = setbacks.applied(effective.ordinaryParameters());
        parameters.keySet().removeAll(without);
        parameters.replaceAll(
                (name, value) -> isFileList(name) ? place.resolve(value).toString() : value);
        settings.unixSocketDir()
                .ifPresent(directory -> parameters.putIfAbsent("unix_socket_directories", directory.toString()));
        synchronousStandbyNames.ifPresent(value -> parameters.put(SYNCHRONOUS, value));
        if (HaConfig.from(dynamic).showsOnlyReplicated()) {
            // A server that starts again by itself would let everybody in
            parameters.put("restart_after_crash", "off");
        }
        if (cluster.needsFeedback()) {
            parameters.put("hot_standby_feedback", "on");
        }
        parameters.putAll(controlled);
        return parameters;
    }

    private static boolean isFileList(String name) {
        return name.equals("hba_file") || name.equals("ident_file");
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
