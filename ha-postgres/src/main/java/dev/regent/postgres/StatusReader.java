package dev.regent.postgres;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerFacts;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.TimelineSwitch;
import dev.regent.ha.model.WalPosition;
import dev.regent.postgres.Observation.ServerRow;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Says what can be said of the server now, from its process, its answers and, when it is down, its files. Thread-safe. */
final class StatusReader {
    /** The longest that a caller waits for an answer; a healthy server answers in a few milliseconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** SQLSTATE cannot_connect_now: starting up, shutting down, or recovering from a crash of a backend. */
    private static final String REJECTED = "57P03";

    /** SQLSTATE class of a wrong user or password. */
    private static final String LOGIN_REFUSED = "28";

    private final DataDirectory data;
    private final UnfinishedWork unfinished;
    private final Supervisor supervisor;
    private final Probe probe;
    private final ControlFile controlFile;
    private final ConfigFiles config;
    private final BooleanSupplier rewindUsable;
    private final Cloning cloning;
    private final CopyProgress progress;
    private final TimelineHistory history;
    private final RunningFacts facts;
    private final SlotUpkeep slots;
    private final HealthProbe health;
    private final BooleanSupplier stopping;

    private ServerState lastState = ServerState.ABSENT;
    private long lastStateSince = Poll.now();

    StatusReader(
            DataDirectory data,
            UnfinishedWork unfinished,
            Supervisor supervisor,
            Probe probe,
            ControlFile controlFile,
            ConfigFiles config,
            BooleanSupplier rewindUsable,
            Cloning cloning,
            CopyProgress progress,
            RunningFacts facts,
            SlotUpkeep slots,
            HealthProbe health,
            BooleanSupplier stopping) {
        this.data = data;
        this.unfinished = unfinished;
        this.supervisor = supervisor;
        this.probe = probe;
        this.controlFile = controlFile;
        this.config = config;
        this.rewindUsable = rewindUsable;
        this.cloning = cloning;
        this.progress = progress;
        this.history = new TimelineHistory(data.resolve("pg_wal"));
        this.facts = facts;
        this.slots = slots;
        this.health = health;
        this.stopping = stopping;
    }

    DatabaseStatus read() {
        boolean interrupted = Thread.interrupted();
        try {
            Draft draft = look();
            DatabaseStatus seen = draft.status(timeIn(draft.state));
            return seen.with(health.of(seen));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Draft look() {
        Optional<Postmaster> server = supervisor.running();
        // What runs on data that is not ready is this node's own work, or what an earlier process has left of that
        if (server.isEmpty() || unfinished.exists()) {
            return whenDown();
        }
        Draft draft = whenRunning();
        // The file tells of a standby until the promotion is almost done
        draft.standbyData &= !facts.isPromoting();
        // It may have died of the very thing that kept it from answering
        return draft.state == ServerState.PRIMARY
                        || draft.state == ServerState.STANDBY
                        || server.get().isAlive()
                ? draft
                : look();
    }

    private synchronized Duration timeIn(ServerState state) {
        if (state != lastState) {
            lastState = state;
            lastStateSince = Poll.now();
        }
        return Poll.since(lastStateSince);
    }

    private synchronized boolean hasAnswered() {
        return lastState == ServerState.PRIMARY || lastState == ServerState.STANDBY;
    }

    private Draft whenRunning() {
        Optional<PostmasterFile> file = readFile();
        // Without its file it still says itself how it is, once it has accepted connections
        boolean lost = file.isEmpty() && hasAnswered();
        if (!lost && file.filter(PostmasterFile::isReady).isEmpty()) {
            return notReady(file);
        }
        try {
            return answered(probe.ask(PATIENCE, Observation::of));
        } catch (SQLException failed) {
            return lost && Probe.hasLostConnection(failed) ? notReady(file) : unanswered(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return draft(ServerState.UNRESPONSIVE, "the question was interrupted");
        }
    }

    private Draft notReady(Optional<PostmasterFile> file) {
        if (file.filter(PostmasterFile::isStopping).isPresent()) {
            return whileStopping();
        }
        boolean singleUser = file.filter(found -> found.pid() < 0).isPresent();
        return singleUser
                ? draft(ServerState.UNRESPONSIVE, "a single-user server works on the data")
                : draft(ServerState.STARTING, "");
    }

    /** Its log has ended when its control file says so; the archiver may go on for long, and who stops it waits for that. */
    private Draft whileStopping() {
        Draft ended = stopping.getAsBoolean() ? fromControlFile() : draft(ServerState.CRASHED, "");
        return ended.state == ServerState.STOPPED && !ended.standbyData
                ? ended
                : draft(ServerState.UNRESPONSIVE, "the server is shutting down");
    }

    private Draft unanswered(SQLException failed) {
        String state = String.valueOf(failed.getSQLState());
        if (state.equals(REJECTED)) {
            return draft(ServerState.STARTING, "");
        }
        String message = String.valueOf(failed.getMessage());
        if (state.startsWith(LOGIN_REFUSED)) {
            return draft(
                    ServerState.UNRESPONSIVE,
                    "expected the server to let the superuser in, found: " + message
                            + ": correct the credentials or pg_hba.conf");
        }
        return draft(ServerState.UNRESPONSIVE, "the server lives and does not answer: " + message);
    }

    private Draft draft(ServerState state, String problem) {
        Draft draft = new Draft(state);
        draft.problem = Optional.of(problem).filter(text -> !text.isEmpty());
        draft.standbyData = data.isStandby();
        return draft;
    }

    private Draft answered(Observation seen) {
        ServerRow server = seen.server();
        Draft draft = draft(server.inRecovery() ? ServerState.STANDBY : ServerState.PRIMARY, "");
        draft.standbyData = server.inRecovery() && data.mayBeStandby();
        draft.systemId = Optional.of(server.systemId());
        draft.replicas = seen.replicas();
        draft.slots = slots.shown(seen);
        draft.synchronousStandbyNames = server.synchronousStandbyNames();
        draft.canRewind = rewindUsable.getAsBoolean() && server.tracksPageChanges();
        draft.facts = new ServerFacts(
                server.version(),
                server.startTime(),
                server.replayedTimestamp(),
                server.replayPaused(),
                facts.pendingRestart(probe, config.raised()),
                Optional.empty(),
                server.walSource());
        if (server.inRecovery()) {
            draft.following = ConnectionString.addressesIn(server.primaryConninfo());
            draft.streaming =
                    server.receiverStatus().filter("streaming"::equals).isPresent()
                            && draft.following.stream()
                                    .map(address -> address.host() + ":" + address.port())
                                    .anyMatch(server.sender().orElse("")::equals);
            draft.wal = WalPosition.ofStandby(facts.timelineOf(server), server.received(), server.replayed());
            draft.history = history.of(draft.wal.timeline());
            draft.needsLargerSettings = server.replayPaused() && SmallSettings.stopReplay(probe, controlFile);
        } else {
            draft.closed = config.access().isClosed();
            draft.wal = WalPosition.at(server.timeline(), server.flushed());
            draft.checkpointed = server.controlTimeline() == server.timeline();
            draft.history = history.of(server.timeline());
            draft.synchronousSince = facts.synchronousSince(server);
        }
        return draft;
    }

    private Draft whenDown() {
        if (unfinished.exists()) {
            Draft draft = draft(ServerState.INCOMPLETE, "");
            draft.problem = unfinished.description();
            draft.canRestore = cloning.canRestore();
            draft.facts = ServerFacts.NONE.with(progress.now());
            return draft;
        }
        if (data.isEmpty()) {
            Draft draft = draft(ServerState.ABSENT, "");
            draft.canRestore = cloning.canRestore();
            return draft;
        }
        if (!data.hasData()) {
            return draft(ServerState.ABSENT, data.whyNoData());
        }
        if (!supervisor.isQuiet()) {
            return draft(ServerState.UNRESPONSIVE, "processes of a server that has ended do not end when killed");
        }
        return fromControlFile();
    }

    private Draft fromControlFile() {
        Optional<ControlData> control = controlFile.read();
        if (control.isEmpty()) {
            return draft(ServerState.CRASHED, controlFile.problem());
        }
        boolean clean = control.get().isShutDownCleanly() || data.isFreshCopy();
        Draft draft = draft(clean ? ServerState.STOPPED : ServerState.CRASHED, "");
        draft.systemId = control.get().systemId();
        draft.wal = control.get().position();
        draft.canRewind = rewindUsable.getAsBoolean() && control.get().tracksPageChanges();
        return draft;
    }

    private Optional<PostmasterFile> readFile() {
        try {
            return PostmasterFile.read(data.path());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** A status being put together. */
    private static final class Draft {
        final ServerState state;
        boolean standbyData;
        Optional<String> systemId = Optional.empty();
        WalPosition wal = WalPosition.UNKNOWN;
        List<Address> following = List.of();
        boolean streaming;
        List<DatabaseStatus.Replica> replicas = List.of();
        String synchronousStandbyNames = "";
        Lsn synchronousSince = Lsn.ZERO;
        Map<String, ReplicationSlot> slots = Map.of();
        boolean checkpointed = true;
        List<TimelineSwitch> history = List.of();
        boolean closed;
        boolean canRewind;
        boolean canRestore;
        boolean needsLargerSettings;
        ServerFacts facts = ServerFacts.NONE;
        Optional<String> problem = Optional.empty();

        Draft(ServerState state) {
            this.state = state;
        }

        DatabaseStatus status(Duration inState) {
            return new DatabaseStatus(
                    state,
                    standbyData,
                    systemId,
                    wal,
                    following,
                    streaming,
                    replicas,
                    synchronousStandbyNames,
                    synchronousSince,
                    slots,
                    checkpointed,
                    history,
                    closed,
                    canRewind,
                    canRestore,
                    needsLargerSettings,
                    inState,
                    facts,
                    problem);
        }
    }
}
