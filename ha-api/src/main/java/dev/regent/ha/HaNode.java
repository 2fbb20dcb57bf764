package dev.regent.ha;

import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.NodeOrder;
import dev.regent.ha.decision.OrderOutcome;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.decision.StandardElection;
import dev.regent.ha.engine.EngineLoop;
import dev.regent.ha.engine.HaCycle;
import dev.regent.ha.engine.Ticker;
import dev.regent.ha.event.HaListener;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.model.ScheduledRestart;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WatchdogSettings;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.ElectionPolicy;
import dev.regent.ha.spi.Failsafe;
import dev.regent.ha.spi.FailsafeAnswer;
import dev.regent.ha.spi.ManagedDatabase;
import dev.regent.ha.spi.Peers;
import dev.regent.ha.spi.Watchdog;
import dev.regent.ha.spi.WatchdogDriver;
import dev.regent.ha.watchdog.DeviceWatchdog;
import dev.regent.ha.watchdog.LimitedDriver;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One member of a cluster: it keeps its server a primary or a standby as the cluster needs, from {@link Builder#start()}
 * until {@link #close()}. The parts that it was built from stay the caller's to close, after the node. Thread-safe.
 */
public final class HaNode implements AutoCloseable {
    private volatile NodeSettings settings;
    private final EngineLoop loop;
    private final Decider decider;
    private final Watchdog device;

    private HaNode(NodeSettings settings, EngineLoop loop, Decider decider, Watchdog device) {
        this.settings = settings;
        this.loop = loop;
        this.decider = decider;
        this.device = device;
    }

    public static Builder builder() {
        return new Builder();
    }

    public NodeName name() {
        return settings.name();
    }

    /** What the node is made of as far as others are told. */
    public NodeSettings settings() {
        return settings;
    }

    /** The last observation and decision; absent during the first moments. */
    public Optional<NodeStatus> status() {
        return loop.lastMoment().map(moment -> new NodeStatus(moment.snapshot(), moment.decision()));
    }

    /** What the node does next, why it does not lead, and what would unblock it; absent during the first moments. */
    public Optional<Explanation> explanation() {
        return loop.lastMoment()
                .map(moment ->
                        Explanation.of(new NodeStatus(moment.snapshot(), moment.decision()), decider, moment.since()));
    }

    /** How long ago the last observation began; absent before the first. */
    public Optional<Duration> sinceLastLook() {
        return loop.sinceLastLook();
    }

    /** When the store last answered; absent when it never has. */
    public Optional<OffsetDateTime> storeSeenAt() {
        return loop.storeSeenAt();
    }

    /** How long the node is sure to lead from this moment on; zero when it does not lead, or has just given it up. */
    public Duration leadershipLeft() {
        return loop.leadershipLeft();
    }

    /** Whether its primary lives on by the members' word, or it has given its own word to one that does (failsafe mode). */
    public boolean isFailsafeActive() {
        return loop.isFailsafeActive();
    }

    /** The answer to a primary that wants to go on although the store does not answer. Whoever accepts is bound by it. */
    public FailsafeAnswer answer(FailsafeAnnouncement primary) {
        return loop.answer(primary);
    }

    /** The operation on the server that is under way at this moment. */
    public Optional<RunningOperation> operation() {
        return loop.operation();
    }

    /** From now on others are told that this node is reached so, and is to be treated so. Returns at once. */
    public void describeAs(String connUrl, Optional<String> proxyUrl, Optional<String> apiUrl, Map<String, ?> tags) {
        settings = new NodeSettings(
                settings.scope(),
                settings.name(),
                connUrl,
                proxyUrl,
                apiUrl,
                new Tags(Map.copyOf(tags)),
                settings.newClusterConfig());
        loop.describeAs(settings);
    }

    /** The settings of this node's own server have changed: it takes them over soon. Returns at once. */
    public void configureAgain() {
        loop.configureAgain();
    }

    /** Looks and decides now instead of after the loop wait. Returns at once. */
    public void wake() {
        loop.wake();
    }

    /**
     * Restarts the server, if it fulfils the conditions, and tells when it accepts connections again, or why not. The node
     * keeps the leadership meanwhile, unless the start takes longer than it may. Another order has to wait until then.
     */
    public CompletableFuture<OrderOutcome> restart(RestartConditions conditions) {
        return give(new NodeOrder.Restart(conditions));
    }

    /**
     * Restarts the server at a time of day, unless it has been restarted by then, does not fulfil the conditions, or the
     * cluster is paused. False when a restart is scheduled already. It is forgotten when this process ends.
     */
    public boolean scheduleRestart(OffsetDateTime at, RestartConditions conditions) {
        Optional<String> serverStartedAt =
                status().flatMap(seen -> seen.database().facts().postmasterStartTime());
        boolean scheduled = loop.orders().schedule(new ScheduledRestart(at, conditions, serverStartedAt));
        loop.wake();
        return scheduled;
    }

    /** The restart that {@link #scheduleRestart} has planned and that has not begun. */
    public Optional<ScheduledRestart> scheduledRestart() {
        return loop.orders().scheduled();
    }

    /** False when no restart is scheduled. */
    public boolean cancelScheduledRestart() {
        boolean cancelled = loop.orders().unschedule();
        loop.wake();
        return cancelled;
    }

    /**
     * Gives the data of this replica up and copies another member's; the outcome tells that it has begun, or why not.
     *
     * @param force cancels what is under way, which otherwise has to be waited for
     * @param fromLeader copies the leader, whoever else asks to be copied
     */
    public CompletableFuture<OrderOutcome> reinitialize(boolean force, boolean fromLeader) {
        return give(new NodeOrder.Reinitialize(force, fromLeader));
    }

    private CompletableFuture<OrderOutcome> give(NodeOrder order) {
        CompletableFuture<OrderOutcome> outcome = loop.orders().give(order);
        loop.wake();
        return outcome;
    }

    /** Waits until the node has ended: it was closed, or does not belong to the cluster. */
    public void awaitEnd() {
        loop.awaitEnd();
    }

    public boolean isRunning() {
        return loop.isRunning();
    }

    /**
     * Leaves the cluster in good order: stops the server, hands the leadership over if it is held, and returns when that is
     * done. In a paused cluster the server goes on.
     */
    @Override
    public void close() {
        loop.close();
        device.close();
    }

    /** Ends this node and leaves its server running, as if this process had died; a new node adopts the server. */
    public void detach() {
        loop.detach();
        device.close();
    }

    /** Collects the parts of a node. Name, scope, store, database and connection URL are needed; the rest has defaults. */
    public static final class Builder {
        private @Nullable String scope;
        private @Nullable NodeName name;
        private @Nullable Dcs dcs;
        private @Nullable ManagedDatabase database;
        private @Nullable String connUrl;
        private Optional<String> proxyUrl = Optional.empty();
        private Optional<String> apiUrl = Optional.empty();
        private Tags tags = Tags.NONE;
        private Optional<DynamicConfig> newClusterConfig = Optional.of(DynamicConfig.DEFAULT);
        private Peers peers = Peers.fromStore();
        private Failsafe failsafe = Failsafe.unavailable();
        private Watchdog watchdog = Watchdog.none();
        private @Nullable WatchdogDriver deviceDriver;
        private WatchdogSettings deviceSettings = WatchdogSettings.AUTOMATIC;
        private ElectionPolicy election = StandardElection.policy();
        private Ticker ticker = Ticker.system();
        private Clock clock = Clock.systemUTC();
        private final List<HaListener> listeners = new ArrayList<>();

        private Builder() {}

        /** The cluster's name. */
        public Builder scope(String value) {
            scope = value;
            return this;
        }

        public Builder name(String value) {
            name = NodeName.of(value);
            return this;
        }

        public Builder dcs(Dcs value) {
            dcs = value;
            return this;
        }

        public Builder database(ManagedDatabase value) {
            database = value;
            return this;
        }

        /** Where clients and replicas reach the server: {@code postgres://host:port/database}. */
        public Builder connUrl(String value) {
            connUrl = value;
            return this;
        }

        /** Where clients are to connect instead, a connection pool for example: {@code postgres://host:port/database}. */
        public Builder proxyUrl(String value) {
            proxyUrl = Optional.of(value);
            return this;
        }

        /** Where this node's REST API answers, if it has one: {@code http://host:port/patroni}. */
        public Builder apiUrl(String value) {
            apiUrl = Optional.of(value);
            return this;
        }

        public Builder tags(Map<String, ?> values) {
            tags = new Tags(Map.copyOf(values));
            return this;
        }

        /** The cluster-wide configuration to begin with if this node creates the cluster. */
        public Builder newClusterConfig(DynamicConfig value) {
            newClusterConfig = Optional.of(value);
            return this;
        }

        /** The cluster exists already, or another node creates it. */
        public Builder neverCreatesACluster() {
            newClusterConfig = Optional.empty();
            return this;
        }

        /** How other members are asked for their position; by default what they last published is believed. */
        public Builder peers(Peers value) {
            peers = value;
            return this;
        }

        /** How members are asked in failsafe mode; by default they cannot be, so that a primary does not outlive its session. */
        public Builder failsafe(Failsafe value) {
            failsafe = value;
            return this;
        }

        /** What ends the server from outside this process, besides a {@link #watchdogDevice} that ends its host. */
        public Builder watchdog(Watchdog value) {
            watchdog = value;
            return this;
        }

        /** A device that resets the host when this node does not feed it; by default there is none. */
        public Builder watchdogDevice(WatchdogDriver driver, WatchdogSettings settings) {
            deviceDriver = driver;
            deviceSettings = settings;
            return this;
        }

        /** Replaces the rules of election; combine with {@link StandardElection#policy()} to add to them. */
        public Builder electionPolicy(ElectionPolicy value) {
            election = value;
            return this;
        }

        public Builder listener(HaListener value) {
            listeners.add(value);
            return this;
        }

        /** Where durations and deadlines are read from; must not go backward. */
        public Builder ticker(Ticker value) {
            ticker = value;
            return this;
        }

        /** What time of day it is, for schedules and history. */
        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        /** Starts the node's thread and returns at once. */
        public HaNode start() {
            NodeSettings settings = new NodeSettings(
                    needed(scope, "scope"),
                    needed(name, "name"),
                    needed(connUrl, "connUrl"),
                    proxyUrl,
                    apiUrl,
                    tags,
                    newClusterConfig);
            Watchdog device = device();
            Decider decider = new Decider(election);
            HaCycle.Parts parts = new HaCycle.Parts(
                    settings,
                    needed(dcs, "dcs"),
                    needed(database, "database"),
                    peers,
                    // The device first, which never throws: the other must not keep it from being told
                    Watchdog.allOf(device, watchdog),
                    decider,
                    ticker,
                    clock,
                    failsafe);
            EngineLoop loop = new EngineLoop(parts, listeners);
            loop.start();
            return new HaNode(settings, loop, decider, device);
        }

        private Watchdog device() {
            return deviceDriver == null
                    ? Watchdog.none()
                    : new DeviceWatchdog(new LimitedDriver(deviceDriver), deviceSettings, ticker);
        }

        private static <T> T needed(@Nullable T value, String what) {
            if (value == null) {
                throw new IllegalArgumentException(
                        "a node needs a " + what + ": call " + what + "(...) before start()");
            }
            return value;
        }
    }
}
