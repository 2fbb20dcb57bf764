package dev.regent.ha.spi;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.model.SlotCare;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.SlotKind;
import dev.regent.ha.model.Upstream;
import java.util.Map;
import java.util.Optional;

/**
 * The one server that this node owns. {@link #status()} may be called at any time from any thread and answers within about
 * a second. All other methods are called by one thread at a time, may take minutes, may be repeated, and stop promptly with
 * {@link InterruptedException} when their thread is interrupted. Whatever is cut short, by interruption or by the death of
 * this process, leaves a server that {@link #status()} describes truthfully: data that a clone, a rewind or the creation
 * left half done is {@code INCOMPLETE}. An implementation proves itself by extending {@code ManagedDatabaseContract} of the
 * testkit.
 */
public interface ManagedDatabase extends AutoCloseable {
    /** What is known of the server now. Never fails and never waits for a server that does not answer. */
    DatabaseStatus status();

    /** Calls back, on any thread, when the status may have changed: above all at once when the server process ends. */
    Subscription onChange(Runnable callback);

    /**
     * Creates a new cluster's data, with its users, and leaves the server stopped. Replaces data that is
     * {@code INCOMPLETE}; refuses to touch any other data.
     */
    void create() throws DatabaseException, InterruptedException;

    /** Creates a new cluster that begins with a cluster-wide configuration. */
    default void create(DynamicConfig first) throws DatabaseException, InterruptedException {
        create();
    }

    /** The cluster-wide configuration that was last taken over, by this process or an earlier one, if it is remembered. */
    default Optional<DynamicConfig> lastConfig() {
        return Optional.empty();
    }

    /**
     * Copies the source's data and leaves the server stopped, as a standby. Replaces data that is {@code INCOMPLETE}; what
     * an interrupted rewind has left may hold the last copy of something and is kept aside.
     */
    void cloneFrom(Upstream source) throws DatabaseException, InterruptedException;

    /**
     * Gets data of the cluster without another member, from a backup for example, and leaves the server stopped, as a
     * standby. Replaces data that is {@code INCOMPLETE}. Only called when {@link DatabaseStatus#canRestore()} says that it
     * is possible.
     */
    default void restore() throws DatabaseException, InterruptedException {
        throw new DatabaseException("expected a way to get data without another member, found none: configure one");
    }

    /**
     * Brings the data of the stopped server to a state from which it can follow the source, undoing what it wrote after
     * the two diverged, and leaves it stopped, as a standby. Without a divergence it changes nothing else.
     */
    void rewindTo(Upstream source) throws DatabaseException, InterruptedException;

    /**
     * Takes the data of the stopped server out of the way, so that the server is {@code ABSENT} and can be copied anew. What
     * was there is kept for a person where there is room for it beside a new copy; otherwise it is deleted. Without data it
     * does nothing.
     */
    void discard() throws DatabaseException, InterruptedException;

    /** Starts the stopped server, accepting writes, and returns when it accepts connections. */
    void startPrimary() throws DatabaseException, InterruptedException;

    /**
     * Starts the stopped server as {@link #startPrimary()} does, and keeps clients out until {@link #openToClients()}: only
     * Regent, and who replicates or rewinds, may log in. It stays closed when this process dies.
     */
    void startPrimaryClosed() throws DatabaseException, InterruptedException;

    /** Lets clients log in again as configured; returns when they can. Opening what is open does nothing. */
    void openToClients() throws DatabaseException, InterruptedException;

    /**
     * Starts the stopped server in recovery and returns when it accepts connections; it streams from the upstream, or from
     * nobody. Data of a former primary becomes a standby's. It is open to clients.
     */
    void startStandby(Optional<Upstream> upstream) throws DatabaseException, InterruptedException;

    /** Makes the running standby stream from another upstream, without a restart where the server can. */
    void follow(Optional<Upstream> upstream) throws DatabaseException, InterruptedException;

    /** Makes the running standby a primary and returns when it accepts writes. */
    void promote() throws DatabaseException, InterruptedException;

    /**
     * Stops the server; returns when no process of it is left. Stopping what is stopped does nothing. The status may be {@code
     * STOPPED} before that, when the log has ended and only its archiving is waited for.
     */
    void stop(StopMode mode) throws DatabaseException, InterruptedException;

    /**
     * Whether the next stop is the first half of a restart that a person has ordered, so that nobody needs to be told that the
     * server is gone. Comes before that stop, and again when the restart has ended or was given up. May be called from any thread.
     */
    default void restarting(boolean underWay) {}

    /** Begins a checkpoint and returns; {@link DatabaseStatus#checkpointed()} tells when it is done. */
    void beginCheckpoint() throws DatabaseException, InterruptedException;

    /**
     * Sets {@code synchronous_standby_names}, now and for later starts, and returns when it is in force. The value is in
     * PostgreSQL's syntax; empty means that commits wait for nobody.
     */
    void setSynchronousStandbyNames(String value) throws DatabaseException, InterruptedException;

    /**
     * Drops and makes replication slots. What is in use is not dropped, and what is there already is not made. One that fails
     * does not keep the others from being changed.
     */
    void changeSlots(SlotChanges changes) throws DatabaseException, InterruptedException;

    /**
     * Copies logical slots from the primary to this standby, which is restarted for it. What the primary does not have, or
     * has otherwise than described, is left out; without anything to copy nothing happens.
     */
    default void copySlots(Upstream primary, Map<String, SlotKind.Logical> slots)
            throws DatabaseException, InterruptedException {
        throw new DatabaseException("expected a server that can take over logical slots, found one that cannot");
    }

    /**
     * Begins to advance slots, and to find out whether copied ones are safe, and returns at once; whatever was begun before
     * ends first, or is ended by a promotion or a stop. What it leads to shows in {@link DatabaseStatus#slots()}. May be
     * called at any time by the thread that asks for the status.
     */
    void tendSlots(SlotCare care);

    /**
     * Takes over the {@code postgresql} section of the cluster-wide configuration; a running server reloads. What needs a
     * restart is reported in {@link DatabaseStatus#facts()}; a value that the server cannot take is refused with a warning
     * and the rest applied.
     */
    void configure(DynamicConfig config) throws DatabaseException, InterruptedException;

    /**
     * What a server that is not a member says of itself, asked with this server's credentials. Absent when it does not answer
     * within about two seconds. May be called at any time from any thread.
     */
    Optional<RemoteStatus> ask(Upstream remote);

    /** Frees connections and threads; leaves the server running. */
    @Override
    void close();
}
