package dev.regent.ha.model;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What can be said of the managed server right now. Not knowing is a state here, never an exception. Immutable.
 *
 * @param standbyData the data directory would start as a standby (it carries the signal file), and the server has not been
 *     told to promote itself
 * @param systemId identifies the cluster that the data belongs to; absent without readable data
 * @param following where this standby is configured to stream from, whichever of several answers; empty when from nobody
 * @param streaming the standby is receiving WAL from its upstream at this moment
 * @param replicas standbys that stream from this server
 * @param synchronousStandbyNames the value in force on a running server, empty when commits wait for nobody
 * @param synchronousSince where the log ended when that value had come into force (or when it was first seen): a standby
 *     that has flushed beyond it and is synchronous holds every commit acknowledged under that value
 * @param slots replication slots of this server by name, temporary ones left out
 * @param checkpointed the control file is on the present timeline, so that pg_rewind can trust it
 * @param history how the present timeline came about; of a standby only if its server has heard of it
 * @param closed clients are kept out: only Regent, and who replicates or rewinds, may log in
 * @param canRewind pg_rewind is allowed, installed, and the data directory fulfils its conditions
 * @param canRestore new data can be had without another member, from a backup for example
 * @param needsLargerSettings replay has stopped and goes on when the server is restarted with settings as large as its
 *     upstream's
 * @param inState how long the server has been in this state
 * @param problem what is wrong, for people
 * @param health whether the server has what it needs to work
 */
public record DatabaseStatus(
        ServerState state,
        boolean standbyData,
        Optional<String> systemId,
        WalPosition wal,
        List<Address> following,
        boolean streaming,
        List<Replica> replicas,
        String synchronousStandbyNames,
        Lsn synchronousSince,
        Map<String, ReplicationSlot> slots,
        boolean checkpointed,
        List<TimelineSwitch> history,
        boolean closed,
        boolean canRewind,
        boolean canRestore,
        boolean needsLargerSettings,
        Duration inState,
        ServerFacts facts,
        Optional<String> problem,
        ServerHealth health) {

    /** What the server is doing, in the coarseness that decisions need. */
    public enum ServerState {
        /** There is no data directory, or an empty one. */
        ABSENT,
        /** A clone, a rewind or the creation of the cluster was interrupted: the data cannot be used. */
        INCOMPLETE,
        /** Not running; was shut down cleanly. */
        STOPPED,
        /** Not running; was not shut down cleanly. */
        CRASHED,
        /** The process lives and does not accept connections yet. */
        STARTING,
        /** Accepts writes. */
        PRIMARY,
        /** In recovery: accepts no writes. */
        STANDBY,
        /** The process lives and does not answer in time, or is shutting down, or is not one that can be asked. */
        UNRESPONSIVE
    }

    /**
     * A standby as its upstream sees it in {@code pg_stat_replication}. Immutable.
     *
     * @param syncPriority its place in {@code synchronous_standby_names}, 0 when it is not named there
     */
    public record Replica(
            String applicationName,
            String state,
            String syncState,
            Optional<Lsn> write,
            Optional<Lsn> flush,
            Optional<Lsn> replay,
            String user,
            Optional<String> clientAddress,
            int syncPriority) {

        /** A standby that is not named in {@code synchronous_standby_names}. */
        public Replica(
                String applicationName,
                String state,
                String syncState,
                Optional<Lsn> write,
                Optional<Lsn> flush,
                Optional<Lsn> replay,
                String user,
                Optional<String> clientAddress) {
            this(applicationName, state, syncState, write, flush, replay, user, clientAddress, 0);
        }

        public boolean isStreaming() {
            return state.equals("streaming");
        }
    }

    /**
     * What tools show, and by which people choose whom to restart: version as in {@code server_version_num}, start time as the
     * server writes it. Immutable.
     *
     * @param progress of a copy, or other long work, that is under way on the data
     */
    public record ServerFacts(
            int serverVersion,
            Optional<String> postmasterStartTime,
            Optional<String> replayedTimestamp,
            boolean replayPaused,
            PendingRestart pendingRestart,
            Optional<Progress> progress,
            WalSource walSource) {
        public static final ServerFacts NONE = new ServerFacts(0, Optional.empty(), Optional.empty(), false);

        /** Of a server that needs no restart and on whose data nothing works. */
        public ServerFacts(
                int serverVersion,
                Optional<String> postmasterStartTime,
                Optional<String> replayedTimestamp,
                boolean replayPaused) {
            this(
                    serverVersion,
                    postmasterStartTime,
                    replayedTimestamp,
                    replayPaused,
                    PendingRestart.NONE,
                    Optional.empty(),
                    WalSource.UNKNOWN);
        }

        public ServerFacts with(PendingRestart pending) {
            return new ServerFacts(
                    serverVersion, postmasterStartTime, replayedTimestamp, replayPaused, pending, progress, walSource);
        }

        public ServerFacts with(WalSource source) {
            return new ServerFacts(
                    serverVersion,
                    postmasterStartTime,
                    replayedTimestamp,
                    replayPaused,
                    pendingRestart,
                    progress,
                    source);
        }

        public ServerFacts with(Optional<Progress> work) {
            return new ServerFacts(
                    serverVersion,
                    postmasterStartTime,
                    replayedTimestamp,
                    replayPaused,
                    pendingRestart,
                    work,
                    walSource);
        }
    }

    public DatabaseStatus {
        following = List.copyOf(following);
        replicas = List.copyOf(replicas);
        slots = Collections.unmodifiableMap(new TreeMap<>(slots));
        history = List.copyOf(history);
    }

    /** Of a server that is well as far as is known. */
    public DatabaseStatus(
            ServerState state,
            boolean standbyData,
            Optional<String> systemId,
            WalPosition wal,
            List<Address> following,
            boolean streaming,
            List<Replica> replicas,
            String synchronousStandbyNames,
            Lsn synchronousSince,
            Map<String, ReplicationSlot> slots,
            boolean checkpointed,
            List<TimelineSwitch> history,
            boolean closed,
            boolean canRewind,
            boolean canRestore,
            boolean needsLargerSettings,
            Duration inState,
            ServerFacts facts,
            Optional<String> problem) {
        this(
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
                problem,
                ServerHealth.WELL);
    }

    /** The same status, of a server that is as well as this. */
    public DatabaseStatus with(ServerHealth other) {
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
                problem,
                other);
    }

    /** A status of which only the state is known. */
    public static DatabaseStatus of(ServerState state) {
        return bare(state, state == ServerState.STANDBY, Duration.ZERO, Optional.empty());
    }

    /** What others may advance their slots of the same names to: of all slots that are good, and not the server's own business. */
    public Map<String, Lsn> slotPositions() {
        Map<String, Lsn> positions = new TreeMap<>();
        slots.forEach((name, slot) -> {
            boolean good = slot.position().value() != 0 && !slot.is(ReplicationSlot.Trait.LOST);
            if (good && !slot.isServersOwn()) {
                positions.put(name, slot.position());
            }
        });
        return positions;
    }

    /** Of a server of which only this is known, because nothing answers. */
    public static DatabaseStatus unresponsive(boolean standbyData, Duration inState, String problem) {
        return bare(ServerState.UNRESPONSIVE, standbyData, inState, Optional.of(problem));
    }

    private static DatabaseStatus bare(
            ServerState state, boolean standbyData, Duration inState, Optional<String> problem) {
        return new DatabaseStatus(
                state,
                standbyData,
                Optional.empty(),
                WalPosition.UNKNOWN,
                List.of(),
                false,
                List.of(),
                "",
                Lsn.ZERO,
                Map.of(),
                true,
                List.of(),
                false,
                false,
                false,
                false,
                inState,
                ServerFacts.NONE,
                problem);
    }

    public boolean is(ServerState expected) {
        return state == expected;
    }

    /** Whether a server process lives, so that it must be stopped before anything else touches its data. */
    public boolean isRunning() {
        return switch (state) {
            case STARTING, PRIMARY, STANDBY, UNRESPONSIVE -> true;
            case ABSENT, INCOMPLETE, STOPPED, CRASHED -> false;
        };
    }

    /** Whether the server accepts writes now or may do so without being told again. */
    public boolean mayAcceptWrites() {
        return isRunning() && !standbyData;
    }

    public boolean hasUsableData() {
        return state != ServerState.ABSENT && state != ServerState.INCOMPLETE;
    }
}
