package dev.regent.ha.engine;

import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Knowledge;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.event.HaEvent;
import dev.regent.ha.event.HaListener;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.DatabaseException;
import dev.regent.ha.spi.FailsafeAnswer;
import dev.regent.ha.spi.StopMode;
import dev.regent.ha.spi.Subscription;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns a node: it runs the cycle when something may have happened, and after the loop wait at the
 * latest. Other threads may only wake it. Thread-safe.
 */
public final class EngineLoop implements AutoCloseable {
    /**
     * What the node was last seen to be, what was decided on it, and when the look began by the node's ticker.
     *
     * @param since the time of day when the same was first decided for the same reason
     */
    public record Moment(Snapshot snapshot, Decision decision, Duration at, OffsetDateTime since) {}

    private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);
    /** More in a row is not progress but a fight: let others have their turn. */
    private static final int LONGEST_BURST = 16;

    private static final Duration AFTER_A_BURST = Duration.ofSeconds(1);
    private static final int MOST_BUGS_IN_A_ROW = 5;

    private final HaCycle.Parts parts;
    private final NodeName self;
    private final HaCycle cycle;
    private final OperationThread operations;
    private final Events events;
    private final Semaphore wakeUps = new Semaphore(0);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean detached;
    private volatile @Nullable Moment last;
    private volatile @Nullable OffsetDateTime storeSeenAt;

    public EngineLoop(HaCycle.Parts parts, List<HaListener> listeners) {
        this.parts = parts;
        this.self = parts.node().name();
        this.events = new Events(self.value(), listeners);
        this.operations = new OperationThread(self.value(), parts.database(), parts.ticker(), new Reporter());
        this.cycle = new HaCycle(timed(parts), operations, events::publish);
        this.thread = new Thread(this::run, "regent-" + self);
    }

    private HaCycle.Parts timed(HaCycle.Parts plain) {
        return plain.with(new TimedDcs(plain.dcs(), self, plain.ticker(), events::publish));
    }

    public void start() {
        thread.start();
    }

    /** Begins the next cycle now, or as soon as the present one is over. */
    public void wake() {
        wakeUps.release();
    }

    /** The last finished observation and decision; absent before the first. */
    public Optional<Moment> lastMoment() {
        return Optional.ofNullable(last);
    }

    /** How long ago the last finished observation began; absent before the first. */
    public Optional<Duration> sinceLastLook() {
        return lastMoment().map(moment -> parts.ticker().read().minus(moment.at()));
    }

    /** When the store last answered with everything; absent when it never has. */
    public Optional<OffsetDateTime> storeSeenAt() {
        return Optional.ofNullable(storeSeenAt);
    }

    /** From now on the node is described so; its name and its cluster are as before. */
    public void describeAs(NodeSettings settings) {
        cycle.describeAs(settings);
        wake();
    }

    /** The server's own settings have changed: it takes them over together with those of the cluster. */
    public void configureAgain() {
        cycle.configureAgain();
        wake();
    }

    public Duration leadershipLeft() {
        return cycle.leadershipLeft();
    }

    /** Whether a primary lives on by the members' word, or this node has given its word to one. */
    public boolean isFailsafeActive() {
        return cycle.isFailsafeActive();
    }

    /** The answer to a primary that wants to go on although the store does not answer. */
    public FailsafeAnswer answer(FailsafeAnnouncement primary) {
        Optional<Lsn> position = lastMoment()
                .map(moment -> moment.snapshot().database().wal())
                .filter(WalPosition::isKnown)
                .map(WalPosition::position);
        return cycle.answer(primary, position);
    }

    public Optional<RunningOperation> operation() {
        return operations.running();
    }

    /** What people ask of the node; whoever gives an order wakes the loop. */
    public OrderBook orders() {
        return cycle.orders();
    }

    /** Leaves in good order: stops the server, gives the leadership away. Returns when that is done. */
    @Override
    public void close() {
        cycle.orders().leave();
        wake();
        awaitEnd();
    }

    /** Ends the loop and leaves server and store as they are, as if this process had died. */
    public void detach() {
        detached = true;
        wake();
        awaitEnd();
    }

    /** Waits until the node has ended by itself, or was closed or detached. */
    public void awaitEnd() {
        try {
            finished.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    public boolean isRunning() {
        return finished.getCount() > 0;
    }

    private void run() {
        try (Subscription store = parts.dcs().watch(this::wake);
                Subscription server = parts.database().onChange(this::serverChanged)) {
            LOG.debug("{}: hints come from {} and {}", self, store, server);
            loop();
        } catch (InterruptedException interrupted) {
            LOG.warn("{}: the loop was interrupted and has ended; server and store stay as they are", self);
        } finally {
            operations.cancel();
            cycle.orders().end();
            events.close();
            finished.countDown();
        }
    }

    /** What an operation under way does to the server is looked at when it is over: its end is told of, too. */
    private void serverChanged() {
        if (operations.running().isEmpty()) {
            wake();
        }
    }

    private void loop() throws InterruptedException {
        int bugs = 0;
        while (!detached && !cycle.isEnded()) {
            try {
                Duration wait = burst();
                bugs = 0;
                awaitWakeUp(wait);
            } catch (RuntimeException bug) {
                bugs++;
                LOG.error("{}: unexpected failure of a cycle, please report it", self, bug);
                if (bugs >= MOST_BUGS_IN_A_ROW) {
                    giveUp(bug);
                    return;
                }
                awaitWakeUp(AFTER_A_BURST);
            }
        }
    }

    /** Cycles until one changes nothing; returns how long to wait then. */
    private Duration burst() {
        for (int i = 0; i < LONGEST_BURST; i++) {
            wakeUps.drainPermits();
            Duration at = parts.ticker().read();
            Snapshot now = cycle.observe();
            Decision decision = cycle.decide(now);
            remember(new Moment(now, decision, at, since(now, decision)));
            boolean changed = cycle.act(now, decision);
            events.publish(new HaEvent.Cycled(self, parts.ticker().read().minus(at)));
            if (detached || cycle.isEnded()) {
                cycle.publish(now);
                return Duration.ZERO;
            }
            if (!changed) {
                cycle.publish(now);
                return cycle.longestWait(decision);
            }
        }
        return AFTER_A_BURST;
    }

    private OffsetDateTime since(Snapshot now, Decision decision) {
        return lastMoment()
                .filter(before -> before.decision().isLike(decision))
                .map(Moment::since)
                .orElse(now.now());
    }

    private void remember(Moment moment) {
        last = moment;
        if (moment.snapshot().knowledge() instanceof Knowledge.Seen) {
            storeSeenAt = moment.snapshot().now();
        }
    }

    private void awaitWakeUp(Duration wait) throws InterruptedException {
        if (wakeUps.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
            wakeUps.drainPermits();
        }
    }

    /** The node cannot go on: whatever it has promised, its server must not accept writes under its name. */
    private void giveUp(RuntimeException bug) throws InterruptedException {
        LOG.error("{}: giving up after {} failures in a row; fencing the server", self, MOST_BUGS_IN_A_ROW);
        operations.cancel();
        boolean fenced = fence();
        events.publish(new HaEvent.Ended(self, "broken: " + bug));
        if (fenced) {
            parts.watchdog().disarm();
        }
    }

    private boolean fence() throws InterruptedException {
        try {
            if (parts.database().status().mayAcceptWrites()) {
                parts.database().stop(StopMode.IMMEDIATE);
            }
            return true;
        } catch (DatabaseException notStopped) {
            LOG.error("{}: the server could not be fenced, stop it by hand at once", self, notStopped);
            return false;
        }
    }

    /** Turns what the operation thread does into events and wake-ups. */
    private final class Reporter implements OperationThread.Observer {
        @Override
        public void started(Operation operation) {
            events.publish(new HaEvent.OperationStarted(self, operation));
        }

        @Override
        public void ended(Operation operation, Duration took, Optional<String> error) {
            if (error.isPresent()) {
                LOG.warn("{}: could not {}: {}", self, operation.label(), error.get());
            } else {
                LOG.info("{}: done in {} ms: {}", self, took.toMillis(), operation.label());
            }
            events.publish(new HaEvent.OperationEnded(self, operation, took, error));
            wake();
        }
    }
}
