package dev.regent.testkit.sim;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Upstream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A simulated PostgreSQL server: its data directory, its process, its log. It outlives the agent that manages it through a
 * {@link SimDatabase}. Used by one thread.
 */
final class SimServer {
    private enum Phase {
        DOWN,
        STARTING,
        RUNNING
    }

    private final NodeName name;
    private final Address address;
    private final SimNetwork network;
    private final EventQueue queue;
    private final Dice dice;
    private final ServerObserver observer;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Stream> replicas = new ArrayList<>();
    private final Recovery recovery;
    private final ProcessTime time;
    private final CommitQueue commits = new CommitQueue();
    private final SimSlots slots = new SimSlots(this);

    private final SimDirectory directory = new SimDirectory();

    private Phase phase = Phase.DOWN;
    private boolean inRecovery;
    private boolean toldToPromote;
    private boolean closing;
    private boolean closed;
    /** For how long its archiver goes on after its log has ended. */
    long archiving;

    private int starts;
    private boolean checkpointed = true;
    private int synchronousSince;
    private boolean hasty;
    private ServerState lastState = ServerState.ABSENT;
    private long inStateSince;

    SimServer(
            NodeName name, Address address, SimNetwork network, EventQueue queue, Dice dice, ServerObserver observer) {
        this.name = name;
        this.address = address;
        this.network = network;
        this.queue = queue;
        this.dice = dice;
        this.observer = observer;
        this.time = new ProcessTime(queue);
        this.recovery = new Recovery(this, network, queue, dice);
        network.add(this);
    }

    NodeName name() {
        return name;
    }

    Address address() {
        return address;
    }

    SimDirectory directory() {
        return directory;
    }

    SimWal wal() {
        return directory.wal();
    }

    Dice dice() {
        return dice;
    }

    ServerObserver observer() {
        return observer;
    }

    List<Stream> replicas() {
        return replicas;
    }

    Recovery recovery() {
        return recovery;
    }

    String synchronousNames() {
        return commits.names();
    }

    boolean isListedAsSynchronous(NodeName standby) {
        return commits.isListed(standby.value());
    }

    /** Whether any of the listed standbys will do. */
    boolean isQuorumListed() {
        return commits.isQuorum();
    }

    int synchronousSince() {
        return hasty ? 0 : synchronousSince;
    }

    /** From now on every standby seems to have confirmed what it is waited for. */
    void beHasty() {
        hasty = true;
    }

    SimSlots slots() {
        return slots;
    }

    boolean isCheckpointed() {
        return checkpointed;
    }

    /** Whether clients are kept out. */
    boolean isClosed() {
        return closed;
    }

    /** How often it has been started. */
    int starts() {
        return starts;
    }

    boolean isFrozen() {
        return time.isFrozen();
    }

    /** Whether it would start as a standby, and has not been told to stop being one. */
    boolean isStandbyData() {
        return directory.isStandby() && !toldToPromote;
    }

    boolean isDown() {
        return phase == Phase.DOWN;
    }

    boolean isRunning() {
        return phase == Phase.RUNNING;
    }

    /** Whether it is a standby that replays, or would if it had something to. */
    boolean isInRecovery() {
        return phase == Phase.RUNNING && inRecovery && !closing;
    }

    /** Whether a client that is connected could write and be answered at this moment. */
    boolean acceptsWrites() {
        return isServingPrimary() && directory.storage().takesWrites();
    }

    /** Whether other servers can copy it or stream from it. */
    boolean isServing() {
        return phase == Phase.RUNNING && !closing && !time.isFrozen();
    }

    boolean isServingPrimary() {
        return isServing() && !inRecovery;
    }

    ServerState state() {
        if (!directory.isUsable()) {
            return directory.content() == SimDirectory.Content.ABSENT ? ServerState.ABSENT : ServerState.INCOMPLETE;
        }
        if (phase == Phase.DOWN) {
            return directory.isCleanlyStopped() ? ServerState.STOPPED : ServerState.CRASHED;
        }
        if (time.isFrozen() || closing) {
            return ServerState.UNRESPONSIVE;
        }
        if (phase == Phase.STARTING) {
            return ServerState.STARTING;
        }
        return inRecovery ? ServerState.STANDBY : ServerState.PRIMARY;
    }

    DatabaseStatus status() {
        DatabaseStatus seen = SimStatus.of(this, EventQueue.toDuration(queue.now() - inStateSince));
        return seen.hasUsableData() ? seen.with(directory.storage().health(queue.now())) : seen;
    }

    void listen(Runnable listener) {
        listeners.add(listener);
    }

    void unlisten(Runnable listener) {
        listeners.remove(listener);
    }

    private void changed() {
        ServerState state = state();
        if (state != lastState) {
            lastState = state;
            inStateSince = queue.now();
            observer.noted(this, "is " + state);
            listeners.forEach(Runnable::run);
        }
    }

    // The data directory

    void markIncomplete() {
        directory.markIncomplete();
        changed();
    }

    void createData(String newSystemId) {
        directory.create(newSystemId, network.nextRecord());
        slots.clear();
        commits.setNames("");
        changed();
    }

    /** The data becomes a copy of the other's. What the copied files say of synchronous standbys comes along. */
    void copyData(SimServer source) {
        directory.copy(source.directory);
        slots.clear();
        commits.setNames(source.commits.names());
        changed();
    }

    void becomeStandbyData() {
        directory.becomeStandby();
        changed();
    }

    /** The disk is gone with everything on it. */
    void loseDisk() {
        crash();
        directory.lose();
        changed();
    }

    // The process

    /** Starts the process, which is ready after a while whatever becomes of who started it. */
    void launch(boolean asStandby, Optional<Upstream> newUpstream, long readyAfter) {
        starts++;
        directory.startAs(asStandby);
        recovery.configure(newUpstream);
        phase = Phase.STARTING;
        changed();
        inLife(readyAfter, this::ready);
    }

    private void ready() {
        phase = Phase.RUNNING;
        inRecovery = directory.isStandby();
        directory.opened();
        if (inRecovery) {
            recovery.begin();
        } else {
            checkpointed = true;
            open(false);
        }
        changed();
    }

    private void open(boolean promoted) {
        synchronousSince = wal().count();
        observer.opened(this, promoted);
        if (!promoted && !closed) {
            observer.shown(this);
        }
    }

    void promoteAfter(long delay) {
        toldToPromote = true;
        changed();
        inLife(delay, () -> {
            if (isInRecovery()) {
                promote();
            }
        });
    }

    private void promote() {
        recovery.end();
        directory.promote(network.nextRecord());
        inRecovery = false;
        toldToPromote = false;
        checkpointed = false;
        open(true);
        changed();
        replicas.forEach(Stream::pump);
    }

    void checkpointAfter(long delay) {
        inLife(delay, () -> {
            checkpointed = true;
            directory.checkpoint();
            changed();
            listeners.forEach(Runnable::run);
        });
    }

    /** No client gets an answer any more. */
    void closeAfter(long delay) {
        inLife(delay, () -> {
            closing = true;
            commits.clear();
            changed();
        });
    }

    void stopAfter(long delay) {
        inLife(delay, this::stopCleanly);
    }

    private void stopCleanly() {
        if (phase == Phase.STARTING && !directory.isStandby()) {
            crash();
            return;
        }
        if (directory.isStandby()) {
            directory.shutDownStandby(phase == Phase.STARTING ? Optional.empty() : Optional.of(recovery.replayed()));
        } else {
            directory.shutDown(network.nextRecord());
            replicas.forEach(Stream::flush);
        }
        end();
    }

    /** The process is gone, as after {@code kill -9}. */
    void crash() {
        if (phase != Phase.DOWN) {
            directory.crash();
            end();
        }
    }

    /** It is killed: nothing comes from it any more, and it ends when its storage lets it. */
    long kill() {
        long held = directory.storage().holdsProcessesFor(queue.now());
        if (held > 0 && phase != Phase.DOWN) {
            closeAfter(1);
            inLife(held, this::crash);
        }
        return held;
    }

    private void end() {
        time.end();
        phase = Phase.DOWN;
        closing = false;
        toldToPromote = false;
        commits.clear();
        recovery.disconnect();
        for (Stream replica : List.copyOf(replicas)) {
            replica.close();
            replica.standby().lost(replica);
        }
        replicas.clear();
        changed();
    }

    /** All processes of the server stand still. */
    void freeze() {
        if (phase != Phase.DOWN && !time.isFrozen()) {
            time.freeze();
            changed();
            tellStreams();
        }
    }

    void thaw() {
        if (!time.isFrozen()) {
            return;
        }
        List<Runnable> due = time.thaw();
        changed();
        due.forEach(Runnable::run);
        commits.release(this, observer);
        tellStreams();
    }

    /** Does something after a while if the same process still runs then; a frozen one does it when it goes on. */
    void inLife(long delay, Runnable what) {
        time.after(delay, what);
    }

    // Clients

    /** The next start is one for the few. */
    void keepClientsOut(boolean out) {
        closed = out;
    }

    void letClientsIn() {
        if (closed) {
            closed = false;
            observer.shown(this);
            listeners.forEach(Runnable::run);
        }
    }

    /** Writes a commit, which is acknowledged when the standbys that it waits for have it. */
    void commit(long record) {
        wal().append(record);
        commits.add(record, wal().count());
        commits.release(this, observer);
        replicas.forEach(Stream::pump);
    }

    void setSynchronousNames(String value) {
        commits.setNames(value);
        synchronousSince = wal().count();
        if (acceptsWrites()) {
            commits.release(this, observer);
        }
    }

    // Replication

    void receive(SimServer source, int target) {
        recovery.receive(source.wal(), target);
        replicas.forEach(Stream::pump);
    }

    /** A standby has told how far it has come. */
    void confirmed() {
        if (acceptsWrites()) {
            commits.release(this, observer);
        }
    }

    void lost(Stream gone) {
        replicas.remove(gone);
        recovery.lost(gone);
    }

    private void tellStreams() {
        recovery.linksChanged();
        List.copyOf(replicas).forEach(Stream::changed);
    }
}
