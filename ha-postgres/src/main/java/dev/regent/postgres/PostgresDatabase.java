package dev.regent.postgres;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.model.Role;
import dev.regent.ha.model.SlotCare;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.SlotKind;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.ManagedDatabase;
import dev.regent.ha.spi.StopMode;
import dev.regent.ha.spi.Subscription;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A real PostgreSQL server, of version 12 or newer, with its data in a local directory. The server is a child of this
 * process, so that its death is known at once, and outlives it; one that already runs on the directory is taken over.
 * Threads: see {@link ManagedDatabase}.
 */
public final class PostgresDatabase implements ManagedDatabase {
    /** Since this version a standby takes another upstream without a restart. */
    private static final int RELOADABLE_UPSTREAM = 13;

    private volatile PostgresSettings settings;
    private final OsUser user;
    private final DataDirectory data;
    private final UnfinishedWork unfinished;
    private final Supervisor supervisor;
    private final ServerLog log;
    private final ConfigFiles config;
    private final ControlFile controlFile;
    private final RunningFacts facts = new RunningFacts();
    private final Login login;
    private final Probe probe;
    private final RemoteProbe remoteProbe;
    private final Reload reload;
    private final ServerEvents events;
    private final HookScripts scripts;
    private final Checkpoint checkpoint;
    private final Starting starting;
    private final Stopping stopping;
    private final Promotion promotion;
    private final Restarting restarting;
    private final SlotUpkeep slots;
    private final SynchronousNames synchronousNames;
    private final Creation creation;
    private final CopyProgress progress;
    private final Cloning cloning;
    private final Rewinding rewinding;
    private final WalArchive archive;
    private final StoppedData stoppedData;
    private final Reattachment reattachment;
    private final HealthProbe health;
    private final StatusGuard status;

    /** The server may not have read what is in its files: an earlier process may have ended in between, or a thread. */
    private boolean reloadDue = true;

    private final AtomicBoolean settingsChanged = new AtomicBoolean();

    public PostgresDatabase(PostgresSettings settings) {
        this.settings = settings;
        user = OsUser.of(settings.osUser());
        data = new DataDirectory(settings.dataDir(), user);
        unfinished = new UnfinishedWork(settings.workDir(), user);
        supervisor = new Supervisor(settings.dataDir(), user);
        log = new ServerLog(settings.workDir());
        Tool tool = new Tool(settings, user);
        config = new ConfigFiles(settings, data, user, tool);
        controlFile = new ControlFile(data, tool, supervisor::isAtRest);
        login = new Login(settings);
        probe = new Probe(login, this::port);
        remoteProbe = new RemoteProbe(login);
        reload = new Reload(probe);
        checkpoint = new Checkpoint(login, this::port, supervisor::changed);
        events = new ServerEvents(settings.scope(), config::hooks, tool);
        scripts = new HookScripts(config, tool);
        starting = new Starting(settings, data, unfinished, config, supervisor, tool, user, probe, facts, log);
        stopping = new Stopping(
                supervisor,
                checkpoint,
                new Guardians(settings.dataDir()),
                this::stopLimit,
                () -> events.stopped(data.role()));
        promotion = new Promotion(probe, facts, events);
        reattachment = new Reattachment(probe, supervisor.processes(), supervisor::changed);
        restarting = new Restarting(stopping, starting, controlFile, events, reattachment);
        slots = new SlotUpkeep(new SlotCopies(login, this::port, data, user), login, this::port, restarting);
        synchronousNames = new SynchronousNames(probe, reload, facts);
        SourceLogin source = new SourceLogin(settings.workDir(), tool, user);
        creation = new Creation(settings, data, config, controlFile, tool, user);
        progress = new CopyProgress(settings.dataDir(), () -> tool.log(tool.program("pg_basebackup")), login);
        cloning = new Cloning(settings, data, config, tool, source, progress);
        rewinding = new Rewinding(settings, data, unfinished, config, controlFile, tool, login, source);
        archive = new WalArchive(data, config, tool);
        stoppedData = new StoppedData(data, unfinished, supervisor, settings.workDir(), user);
        health = new HealthProbe(data, user, probe, login, this::port, supervisor::changed);
        StatusReader reader = new StatusReader(
                data,
                unfinished,
                supervisor,
                probe,
                controlFile,
                config,
                rewinding::isUsable,
                cloning,
                progress,
                facts,
                slots,
                health,
                stopping::isUnderWay);
        status = new StatusGuard(log, config.standbyLogin(), reader, health::patience, supervisor::changed);
        if (supervisor.running().isPresent()) {
            events.willBeSeen();
        }
    }

    public PostgresSettings settings() {
        return settings;
    }

    /** Commands in the cluster-wide configuration have no effect here. To be called before anything else. */
    public void ignoreForeignCommands() {
        config.ignoreForeignCommands();
    }

    /**
     * The node's own settings are these from now on, of the same server: where its data and its programs are, and as whom it
     * runs, stays as it was. What concerns the running server it learns when it is configured next. Any thread.
     */
    public void use(PostgresSettings changed) {
        settings = changed;
        login.use(changed);
        config.use(changed);
        starting.use(changed);
        creation.use(changed);
        cloning.use(changed);
        rewinding.use(changed);
        settingsChanged.set(true);
    }

    @Override
    public DatabaseStatus status() {
        DatabaseStatus now = status.read();
        events.seen(now);
        return now;
    }

    @Override
    public Subscription onChange(Runnable callback) {
        return supervisor.onChange(callback);
    }

    @Override
    public void create() throws DatabaseException, InterruptedException {
        Work.interruptibly(() -> stoppedData.replace("the creation of the cluster", creation::create));
    }

    @Override
    public void create(DynamicConfig first) throws DatabaseException, InterruptedException {
        config.configure(first);
        create();
    }

    @Override
    public Optional<DynamicConfig> lastConfig() {
        return config.lastTakenOver();
    }

    @Override
    public void cloneFrom(Upstream source) throws DatabaseException, InterruptedException {
        Work.interruptibly(() -> stoppedData.replace("a copy of " + source, () -> cloning.cloneFrom(source)));
    }

    @Override
    public void restore() throws DatabaseException, InterruptedException {
        Work.interruptibly(() -> stoppedData.replace("the restoration of a backup", cloning::restore));
    }

    @Override
    public void rewindTo(Upstream source) throws DatabaseException, InterruptedException {
        Work.interruptibly(() -> rewind(source));
    }

    @Override
    public void discard() throws DatabaseException, InterruptedException {
        Work.interruptibly(stoppedData::discard);
    }

    @Override
    public void startPrimary() throws DatabaseException, InterruptedException {
        Work.interruptibly(() -> beginAsPrimary(false));
    }

    @Override
    public void startPrimaryClosed() throws DatabaseException, InterruptedException {
        Work.interruptibly(() -> beginAsPrimary(true));
    }

    @Override
    public void openToClients() throws DatabaseException, InterruptedException {
        Work.interruptibly(this::letClientsIn);
    }

    @Override
    public void startStandby(Optional<Upstream> upstream) throws DatabaseException, InterruptedException {
        Work.interruptibly(() -> beginAsStandby(upstream));
    }

    @Override
    public void follow(Optional<Upstream> upstream) throws DatabaseException, InterruptedException {
        Work.interruptibly(() -> changeUpstream(upstream));
    }

    @Override
    public void promote() throws DatabaseException, InterruptedException {
        reattachment.close();
        slots.beforePromotion();
        Work.interruptibly(this::becomePrimary);
    }

    @Override
    public void restarting(boolean underWay) {
        events.restarting(underWay);
    }

    @Override
    public void stop(StopMode mode) throws DatabaseException, InterruptedException {
        reattachment.close();
        Work.interruptibly(() -> {
            if (supervisor.running().isPresent()) {
                scripts.beforeStop(mode);
            }
            stopping.stop(mode);
        });
    }

    @Override
    public void beginCheckpoint() throws DatabaseException {
        supervisor.requireRunning();
        checkpoint.begin();
    }

    @Override
    public void setSynchronousStandbyNames(String value) throws DatabaseException, InterruptedException {
        Work.interruptibly(() -> waitForStandbys(value));
    }

    @Override
    public void changeSlots(SlotChanges changes) throws DatabaseException, InterruptedException {
        Work.interruptibly(() -> slots.change(changes));
    }

    @Override
    public void copySlots(Upstream primary, Map<String, SlotKind.Logical> wanted)
            throws DatabaseException, InterruptedException {
        Work.interruptibly(() -> slots.copy(primary, wanted));
    }

    @Override
    public void tendSlots(SlotCare care) {
        slots.tend(care);
    }

    @Override
    public void configure(DynamicConfig dynamic) throws DatabaseException, InterruptedException {
        Work.interruptibly(() -> takeOver(dynamic));
    }

    @Override
    public Optional<RemoteStatus> ask(Upstream remote) {
        return remoteProbe.ask(remote);
    }

    @Override
    public void close() {
        remoteProbe.close();
        supervisor.close();
        events.close();
        reattachment.close();
        slots.close();
        checkpoint.close();
        health.close();
        probe.close();
    }

    private void rewind(Upstream source) throws DatabaseException, InterruptedException {
        supervisor.requireStopped();
        starting.requireUsableData();
        rewinding.requirePageTracking();
        boolean crashed = !controlFile.require().isShutDownCleanly();
        if (crashed && data.isStandby()) {
            shutDownCleanly();
        }
        stoppedData.work(() -> {
            if (crashed && !data.isStandby()) {
                rewinding.recover();
            }
            rewinding.rewindTo(source);
        });
    }

    private void beginAsPrimary(boolean closed) throws DatabaseException, InterruptedException {
        Optional<Postmaster> running = supervisor.running();
        if (running.isPresent()) {
            if (starting.awaitReady(running.get())) {
                status.require(DatabaseStatus.ServerState.PRIMARY);
            }
            return;
        }
        starting.requireUsableData();
        status.willOpen();
        stoppedData.becomePrimary();
        config.access().keepClientsOut(closed);
        try {
            events.startEnded(starting.start(Optional.empty()), Role.PRIMARY);
        } catch (DatabaseException failed) {
            events.failedToLead();
            throw failed;
        }
    }

    private Optional<Duration> stopLimit() {
        return config.cluster()
                .primaryStopTimeout()
                .filter(limit -> !data.isStandby())
                .or(settings::stopTimeout);
    }

    private void letClientsIn() throws DatabaseException, InterruptedException {
        Postmaster server = supervisor.requireRunning();
        config.access().keepClientsOut(false);
        reloadDue |= config.write(standbyOn());
        if (reloadDue) {
            reload.now(server);
        }
        reloadDue = false;
    }

    private void beginAsStandby(Optional<Upstream> upstream) throws DatabaseException, InterruptedException {
        Optional<Postmaster> running = supervisor.running();
        if (running.isPresent()) {
            if (starting.awaitReady(running.get())) {
                changeUpstream(upstream);
            }
            return;
        }
        starting.requireUsableData();
        if (!data.isStandby() && config.cluster().standbyCluster().isPresent()) {
            archive.archiveLast(controlFile.require());
        }
        stoppedData.becomeStandby();
        config.follow(upstream);
        config.access().keepClientsOut(false);
        boolean told = events.follows();
        boolean ready = starting.start(Optional.of(controlFile.require()));
        if (!told) {
            events.startEnded(ready, Role.REPLICA);
        }
        upstream.ifPresent(source -> reattachment.begin());
    }

    private void becomePrimary() throws DatabaseException, InterruptedException {
        Postmaster server = supervisor.requireRunning();
        if (!promotion.isStandby()) {
            return;
        }
        scripts.beforePromotion();
        status.willOpen();
        promotion.promote(server);
        // What is configured for primaries alone holds from now on
        if (config.write(Optional.empty())) {
            reload.now(supervisor.requireRunning());
            facts.settingsChanged();
        }
    }

    private void changeUpstream(Optional<Upstream> upstream) throws DatabaseException, InterruptedException {
        status.require(DatabaseStatus.ServerState.STANDBY);
        reattachment.close();
        config.follow(upstream);
        config.write(Optional.of(controlFile.require()));
        if (data.majorVersion() >= RELOADABLE_UPSTREAM) {
            reload.now(supervisor.requireRunning());
            events.reloaded();
        } else {
            restarting.around(() -> {});
        }
        upstream.ifPresent(source -> reattachment.begin());
    }

    private void waitForStandbys(String value) throws DatabaseException, InterruptedException {
        config.synchronousStandbyNames(value);
        if (!data.hasData() || unfinished.exists()) {
            return;
        }
        config.write(standbyOn());
        Optional<Postmaster> server = supervisor.running();
        if (server.isPresent()) {
            synchronousNames.bringInForce(server.get(), value);
        }
    }

    private void takeOver(DynamicConfig dynamic) throws DatabaseException, InterruptedException {
        health.configure(dynamic);
        config.configure(dynamic);
        if (!data.hasData() || unfinished.exists()) {
            return;
        }
        reloadDue |= settingsChanged.getAndSet(false);
        reloadDue |= config.write(standbyOn());
        Optional<Postmaster> server = supervisor.running();
        if (reloadDue && server.isPresent()) {
            reload.now(server.get());
            events.reloaded();
            if (config.refuseAccessRules(AccessRules.refusedBy(probe)) && config.write(standbyOn())) {
                reload.now(server.get());
            }
            facts.settingsChanged();
        }
        reloadDue = false;
    }

    /** A crashed standby recovers as one: recovery as a primary would write what its upstream does not have. */
    private void shutDownCleanly() throws DatabaseException, InterruptedException {
        config.follow(Optional.empty());
        try {
            starting.startAlone(controlFile.require());
        } finally {
            stopping.stop(StopMode.FAST);
        }
    }

    private Optional<ControlData> standbyOn() throws DatabaseException {
        return data.isStandby() ? Optional.of(controlFile.require()) : Optional.empty();
    }

    /** The port of the server that runs, which may have been started with another one than is configured now. */
    private int port() {
        return PostmasterFile.portOr(settings.dataDir(), settings.port());
    }
}
