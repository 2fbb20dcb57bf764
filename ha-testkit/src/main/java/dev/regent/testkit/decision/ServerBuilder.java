package dev.regent.testkit.decision;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.Replica;
import dev.regent.ha.model.DatabaseStatus.ServerFacts;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.PendingRestart;
import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.ServerHealth;
import dev.regent.ha.model.WalPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A server's status for a test; without another word, a standby on timeline 1 that streams from nobody. Not thread-safe. */
public final class ServerBuilder {
    /** The system identifier of every server and cluster that is not said to be another one. */
    public static final String SYSTEM_ID = "7300000000000000001";
    /** Where every log is that is not said to be elsewhere. */
    public static final Lsn POSITION = new Lsn(0x3000000);

    public static final int TIMELINE = 1;
    /** Since when every server runs that is not said to have been started again. */
    public static final String STARTED_AT = "2031-02-28 10:00:00.123456+00:00";

    private final List<Replica> replicas = new ArrayList<>();
    private final Map<String, ReplicationSlot> slots = new TreeMap<>();
    private boolean slotsTold;
    private ServerState state = ServerState.STANDBY;
    private boolean standbyData = true;
    private Optional<String> systemId = Optional.of(SYSTEM_ID);
    private int timeline = TIMELINE;
    private Lsn position = POSITION;
    private List<Address> following = List.of();
    private boolean streams = true;
    private String synchronousStandbyNames = "";
    private Lsn synchronousSince = Lsn.ZERO;
    private boolean checkpointed = true;
    private boolean canRewind = true;
    private boolean canRestore;
    private boolean needsLargerSettings;
    private boolean closed;
    private Duration inState = Duration.ZERO;
    private int version = 160_004;
    private String startedAt = STARTED_AT;
    private PendingRestart pendingRestart = PendingRestart.NONE;
    private Optional<String> replayedAt = Optional.empty();
    private ServerHealth health = ServerHealth.WELL;

    private ServerBuilder() {}

    public static ServerBuilder aServer() {
        return new ServerBuilder();
    }

    /** The data is a standby's if the server is one, a primary's if it is one, and of no kind if there is none. */
    public ServerBuilder state(ServerState value) {
        state = value;
        standbyData = switch (value) {
            case STANDBY -> true;
            case PRIMARY, ABSENT, INCOMPLETE -> false;
            case STOPPED, CRASHED, STARTING, UNRESPONSIVE -> standbyData;
        };
        boolean readable = value != ServerState.ABSENT && value != ServerState.INCOMPLETE;
        systemId = readable ? systemId : Optional.empty();
        return this;
    }

    public ServerBuilder primaryData() {
        standbyData = false;
        return this;
    }

    public ServerBuilder standbyData() {
        standbyData = true;
        return this;
    }

    public ServerBuilder systemId(String value) {
        systemId = Optional.of(value);
        return this;
    }

    public ServerBuilder unreadable() {
        systemId = Optional.empty();
        return this;
    }

    public ServerBuilder at(int onTimeline, Lsn reached) {
        timeline = onTimeline;
        position = reached;
        return this;
    }

    public ServerBuilder at(Lsn reached) {
        return at(timeline, reached);
    }

    /** Configured to stream from the named member, at the address that {@link MemberBuilder} gives it, and streaming. */
    public ServerBuilder following(String member) {
        following = List.of(new Address(member, 5432));
        return this;
    }

    /** Configured to stream, and not streaming. */
    public ServerBuilder notStreaming() {
        streams = false;
        return this;
    }

    /** A standby that streams from this server. */
    public ServerBuilder replica(String applicationName, String syncState, Lsn flushed) {
        return replica(new Replica(
                applicationName,
                "streaming",
                syncState,
                Optional.of(flushed),
                Optional.of(flushed),
                Optional.of(flushed),
                "replicator",
                Optional.empty()));
    }

    public ServerBuilder replica(Replica replica) {
        replicas.add(replica);
        return this;
    }

    public ServerBuilder synchronousNames(String inForce, Lsn since) {
        synchronousStandbyNames = inForce;
        synchronousSince = since;
        return this;
    }

    /** A standby that is not told of has those that it needs. */
    void slotsUnlessTold(Set<String> names) {
        if (state == ServerState.STANDBY && !slotsTold) {
            names.forEach(name -> slots.put(name, ReplicationSlot.physical(position)));
        }
    }

    /** Physical ones that nobody uses; without names there is none. */
    public ServerBuilder slots(String... names) {
        slotsTold = true;
        for (String name : names) {
            slot(name, ReplicationSlot.physical(position));
        }
        return this;
    }

    public ServerBuilder slot(String name, ReplicationSlot slot) {
        slotsTold = true;
        slots.put(name, slot);
        return this;
    }

    public ServerBuilder notCheckpointed() {
        checkpointed = false;
        return this;
    }

    public ServerBuilder cannotRewind() {
        canRewind = false;
        return this;
    }

    /** From a backup, without another member. */
    public ServerBuilder canRestore() {
        canRestore = true;
        return this;
    }

    public ServerBuilder needsLargerSettings() {
        needsLargerSettings = true;
        return this;
    }

    public ServerBuilder inState(Duration time) {
        inState = time;
        return this;
    }

    /** When the last commit was made that this standby has replayed, as its server prints it. */
    public ServerBuilder replayedAt(String time) {
        replayedAt = Optional.of(time);
        return this;
    }

    /** Only Regent, and who replicates or rewinds, may log in. */
    public ServerBuilder closed() {
        closed = true;
        return this;
    }

    /** As in {@code server_version_num}. */
    public ServerBuilder version(int number) {
        version = number;
        return this;
    }

    public ServerBuilder startedAt(String time) {
        startedAt = time;
        return this;
    }

    public ServerBuilder pendingRestart() {
        pendingRestart = new PendingRestart(true, Map.of());
        return this;
    }

    /** Something has been wrong with server or storage for so long. */
    public ServerBuilder trouble(ServerHealth.Finding finding, Duration lasting) {
        health = new ServerHealth(finding, "expected something else", lasting, Optional.empty());
        return this;
    }

    int timeline() {
        return timeline;
    }

    public DatabaseStatus build() {
        boolean standby = state == ServerState.STANDBY;
        return new DatabaseStatus(
                state,
                standbyData,
                systemId,
                standby ? WalPosition.ofStandby(timeline, position, position) : WalPosition.at(timeline, position),
                following,
                standby && streams && !following.isEmpty(),
                replicas,
                synchronousStandbyNames,
                synchronousSince,
                slots,
                checkpointed,
                List.of(),
                closed,
                canRewind,
                canRestore,
                needsLargerSettings,
                inState,
                new ServerFacts(version, Optional.of(startedAt), replayedAt, false).with(pendingRestart),
                Optional.empty(),
                health);
    }
}
