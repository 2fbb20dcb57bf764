package dev.regent.testkit.sim;

import static dev.regent.testkit.sim.EventQueue.MILLISECOND;
import static dev.regent.testkit.sim.EventQueue.SECOND;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.model.SlotCare;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.ManagedDatabase;
import dev.regent.ha.spi.StopMode;
import dev.regent.ha.spi.Subscription;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An agent's hold on a {@link SimServer}. Each operation becomes {@link Work}, for which the worker finds the time. Used by
 * one thread.
 */
final class SimDatabase implements ManagedDatabase {
    private static final long STATUS_TIMEOUT = SECOND;
    private static final long ADJUSTMENT = 200 * MILLISECOND;
    private static final long LONGEST_STOP_IMMEDIATELY = 300 * MILLISECOND;
    private static final long LONGEST_STOP = 4 * SECOND;
    private static final long LONGEST_START = 3 * SECOND;
    private static final long LONGEST_RECOVERY = 15 * SECOND;
    private static final double LONG_RECOVERY = 0.1;
    private static final long LONGEST_PROMOTION = 2 * SECOND;
    private static final long LONGEST_CHECKPOINT = 5 * SECOND;
    private static final long LONGEST_COPY = 20 * SECOND;
    private static final double EVEN = 0.5;

    private final SimServer server;
    private final SimNetwork network;
    private final EventQueue queue;
    private final Work.Worker worker;
    private final Dice dice;
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

    SimDatabase(SimServer server, SimNetwork network, EventQueue queue, Work.Worker worker) {
        this.server = server;
        this.network = network;
        this.queue = queue;
        this.worker = worker;
        this.dice = server.dice();
    }

    @Override
    public DatabaseStatus status() {
        if (server.isFrozen()) {
            queue.waitFor(STATUS_TIMEOUT);
        }
        return server.status();
    }

    @Override
    public Subscription onChange(Runnable callback) {
        listeners.add(callback);
        server.listen(callback);
        return () -> server.unlisten(callback);
    }

    @Override
    public void create() throws DatabaseException, InterruptedException {
        worker.run(new Work(
                dice.between(SECOND, LONGEST_COPY / 4),
                () -> {
                    checkReplaceable("create a cluster in");
                    server.markIncomplete();
                },
                () -> server.createData(Long.toString(7_000_000_000_000_000_000L + network.nextRecord())),
                () -> {}));
    }

    @Override
    public void cloneFrom(Upstream source) throws DatabaseException, InterruptedException {
        worker.run(new Work(
                dice.between(SECOND, LONGEST_COPY),
                () -> {
                    checkReplaceable("clone into");
                    reachable(source);
                    server.markIncomplete();
                },
                () -> server.copyData(reachable(source)),
                () -> {}));
    }

    @Override
    public void rewindTo(Upstream source) throws DatabaseException, InterruptedException {
        worker.run(new Work(
                dice.between(SECOND, LONGEST_COPY / 2),
                () -> {
                    checkStopped("rewind");
                    if (isRewindNeeded(reachablePrimary(source))) {
                        server.markIncomplete();
                    }
                },
                () -> rewind(reachablePrimary(source)),
                () -> {}));
    }

    @Override
    public void discard() throws DatabaseException, InterruptedException {
        worker.run(new Work(
                dice.between(MILLISECOND, SECOND),
                () -> {
                    if (!server.isDown()) {
                        throw new DatabaseException(
                                "cannot discard the data of a server that is " + server.state() + ": stop it first");
                    }
                },
                server::loseDisk,
                () -> {}));
    }

    /** As pg_rewind finds out: by the timelines in the control files, then by where the logs part. */
    private boolean isRewindNeeded(SimServer source) throws DatabaseException {
        if (!source.directory().systemId().equals(server.directory().systemId())) {
            throw new DatabaseException("expected a server of the same cluster, found another: clone instead");
        }
        SimWal own = server.wal();
        boolean diverged = own.commonPrefix(source.wal()) < own.count();
        int numbered = server.state() == ServerState.STOPPED
                ? server.directory().controlTimeline()
                : server.wal().timeline();
        if (diverged && source.directory().controlTimeline() == numbered) {
            throw new DatabaseException("expected a source on another timeline, found both on " + numbered
                    + ": pg_rewind sees no difference, clone instead");
        }
        return diverged;
    }

    private void rewind(SimServer source) {
        if (server.directory().content() == SimDirectory.Content.INCOMPLETE) {
            server.copyData(source);
        } else {
            server.becomeStandbyData();
        }
    }

    @Override
    public void startPrimary() throws DatabaseException, InterruptedException {
        startPrimary(false);
    }

    @Override
    public void startPrimaryClosed() throws DatabaseException, InterruptedException {
        startPrimary(true);
    }

    @Override
    public void openToClients() throws DatabaseException, InterruptedException {
        adjust(() -> {
            checkState(ServerState.PRIMARY);
            server.letClientsIn();
        });
    }

    private void startPrimary(boolean closed) throws DatabaseException, InterruptedException {
        long duration = startDuration();
        worker.run(new Work(
                duration,
                () -> {
                    checkStopped("start");
                    if (server.isStandbyData()) {
                        throw new DatabaseException("the data is a standby's: start it as a standby, then promote");
                    }
                    server.keepClientsOut(closed);
                    server.launch(false, Optional.empty(), duration - 1);
                },
                () -> checkState(ServerState.PRIMARY),
                this::abandonStart));
    }

    @Override
    public void startStandby(Optional<Upstream> upstream) throws DatabaseException, InterruptedException {
        long duration = startDuration();
        worker.run(new Work(
                duration,
                () -> {
                    checkStopped("start");
                    server.keepClientsOut(false);
                    server.launch(true, upstream, duration - 1);
                },
                () -> checkState(ServerState.STANDBY),
                this::abandonStart));
    }

    /** Who waits for a start and goes away may or may not take the server along. */
    private void abandonStart() {
        if (dice.chance(EVEN)) {
            server.crash();
        }
    }

    private long startDuration() {
        return dice.between(SECOND / 5, dice.chance(LONG_RECOVERY) ? LONGEST_RECOVERY : LONGEST_START);
    }

    @Override
    public void follow(Optional<Upstream> upstream) throws DatabaseException, InterruptedException {
        adjust(() -> {
            checkState(ServerState.STANDBY);
            server.recovery().follow(upstream);
        });
    }

    @Override
    public void promote() throws DatabaseException, InterruptedException {
        long duration = dice.between(SECOND / 20, LONGEST_PROMOTION);
        worker.run(new Work(
                duration,
                () -> {
                    checkState(ServerState.STANDBY);
                    server.promoteAfter(dice.between(MILLISECOND, duration - 1));
                },
                () -> checkState(ServerState.PRIMARY),
                () -> {}));
    }

    @Override
    public void stop(StopMode mode) throws DatabaseException, InterruptedException {
        boolean immediate = mode == StopMode.IMMEDIATE || server.isFrozen();
        long chosen = dice.between(SECOND / 50, immediate ? LONGEST_STOP_IMMEDIATELY : LONGEST_STOP);
        long duration = immediate ? Math.max(chosen, server.kill()) : chosen;
        worker.run(new Work(
                immediate ? duration : duration + server.archiving,
                () -> {
                    if (!server.isDown() && !immediate) {
                        server.closeAfter(dice.between(0, duration - 2));
                        server.stopAfter(duration - 1);
                    }
                },
                () -> {
                    if (immediate) {
                        server.crash();
                    }
                    checkDown();
                },
                () -> {}));
    }

    private void checkDown() throws DatabaseException {
        if (!server.isDown()) {
            throw new DatabaseException("expected the server to have stopped, it is " + server.state() + ": try again");
        }
    }

    @Override
    public void beginCheckpoint() throws DatabaseException, InterruptedException {
        adjust(() -> {
            checkState(ServerState.PRIMARY);
            server.checkpointAfter(dice.between(SECOND / 10, LONGEST_CHECKPOINT));
        });
    }

    @Override
    public void setSynchronousStandbyNames(String value) throws DatabaseException, InterruptedException {
        adjust(() -> server.setSynchronousNames(value));
    }

    @Override
    public void changeSlots(SlotChanges changes) throws DatabaseException, InterruptedException {
        adjust(() -> {
            checkAnswers();
            server.slots().change(changes);
        });
    }

    @Override
    public void tendSlots(SlotCare care) {
        server.slots().advance(care.advance());
    }

    @Override
    public void configure(DynamicConfig config) throws DatabaseException, InterruptedException {
        adjust(() -> {});
    }

    @Override
    public Optional<RemoteStatus> ask(Upstream remote) {
        try {
            SimServer source = reachable(remote);
            return Optional.of(new RemoteStatus(
                    source.directory().systemId().orElse(""),
                    !source.isServingPrimary(),
                    source.wal().timeline(),
                    source.wal().history()));
        } catch (DatabaseException silent) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        listeners.forEach(server::unlisten);
    }

    private void adjust(Work.Step step) throws DatabaseException, InterruptedException {
        worker.run(Work.of(dice.between(MILLISECOND, ADJUSTMENT), step));
    }

    // Conditions

    private void checkReplaceable(String what) throws DatabaseException {
        if (server.directory().isUsable()) {
            throw new DatabaseException("cannot " + what + " a directory that holds usable data: remove it first");
        }
    }

    private void checkStopped(String what) throws DatabaseException {
        if (!server.directory().isUsable() || !server.isDown()) {
            throw new DatabaseException("cannot " + what + " a server that is " + server.state() + ": stop it first");
        }
    }

    private void checkState(ServerState expected) throws DatabaseException {
        if (server.state() != expected) {
            throw new DatabaseException("expected the server to be " + expected + ", it is " + server.state());
        }
    }

    private void checkAnswers() throws DatabaseException {
        if (!server.isServing()) {
            throw new DatabaseException("expected a server that answers, it is " + server.state());
        }
    }

    private SimServer reachable(Upstream source) throws DatabaseException {
        return network.at(source)
                .filter(found -> found.isServing() && network.isOpen(server.name(), found.name()))
                .orElseThrow(() -> new DatabaseException(source + " cannot be reached: is it running?"));
    }

    private SimServer reachablePrimary(Upstream source) throws DatabaseException {
        SimServer found = reachable(source);
        if (!found.isServingPrimary()) {
            throw new DatabaseException("expected a primary to rewind to, " + source + " is " + found.state());
        }
        return found;
    }
}
