package dev.regent.ha.engine;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Knowledge;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.PeersToAsk;
import dev.regent.ha.decision.PossibleLoss;
import dev.regent.ha.decision.RemoteToAsk;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.ManagedDatabase;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Peers;
import dev.regent.ha.spi.Session;
import dev.regent.ha.spi.Watchdog;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's cycle in its single steps: {@link #observe()}, {@link #decide}, {@link #act}, {@link #publish}. The loop runs
 * them in turn; a simulation may let other nodes run in between. Used by one thread.
 */
public final class HaCycle {
    /** What a node is made of. */
    public record Parts(
            NodeSettings node,
            Dcs dcs,
            ManagedDatabase database,
            Peers peers,
            Watchdog watchdog,
            Decider decider,
            Ticker ticker,
            Clock clock) {

        Parts with(Dcs otherDcs) {
            return new Parts(node, otherDcs, database, peers, watchdog, decider, ticker, clock);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(HaCycle.class);

    private final Parts parts;
    private final Operations operations;
    private final Consumer<HaEvent> events;
    private final NodeName self;
    private final ClusterStore store;
    private final SessionKeeper session;
    private final Publisher publisher;
    private final Guard guard;
    private final LogGrowth logGrowth = new LogGrowth();
    private final Announcements announcements;
    private ClusterView lastView = ClusterView.EMPTY;
    private HaConfig config;
    private @Nullable DynamicConfig appliedConfig;
    private @Nullable DynamicConfig applyingConfig;
    private volatile Duration leadsUntil = Duration.ZERO;
    private @Nullable Duration blindSince;
    private @Nullable Duration vacantSince;
    private @Nullable Decision lastDecision;
    private Optional<Long> unclearSync = Optional.empty();
    private boolean ended;
    private volatile boolean shuttingDown;

    public HaCycle(Parts parts, Operations operations, Consumer<HaEvent> events) {
        this.parts = parts;
        this.operations = operations;
        this.events = events;
        this.self = parts.node().name();
        this.store = new ClusterStore(parts.dcs());
        this.session = new SessionKeeper(parts.dcs(), parts.ticker());
        this.announcements = new Announcements(self, events);
        this.publisher = new Publisher(store, parts.ticker());
        this.guard = new Guard(parts.watchdog());
        this.config = parts.node().newClusterConfig().map(HaConfig::from).orElse(HaConfig.DEFAULT);
    }

    /** From now on the node leaves: it stops its server, gives the leadership away, and ends. Any thread. */
    public void shutDown() {
        shuttingDown = true;
    }

    /** Whether there is nothing more to do, for good. */
    public boolean isEnded() {
        return ended;
    }

    /** Everything as it is now. Takes as long as the store, the server and the peers may take to answer. */
    public Snapshot observe() {
        Knowledge knowledge = look();
        noteApplied();
        // Before the server is looked at: what ends in between must not go unseen in both.
        Optional<RunningOperation> operation = operations.running();
        DatabaseStatus database = parts.database().status();
        Duration vacantFor = vacantFor(knowledge);
        Map<NodeName, PeerStatus> peers =
                parts.peers().ask(PeersToAsk.of(self, knowledge, database, operations.finished(), vacantFor, config));
        Optional<RemoteStatus> remote =
                RemoteToAsk.of(knowledge, database, config).flatMap(parts.database()::ask);
        guard.watch(knowledge, database, operation, timeUntil(leadsUntil));
        return new Snapshot(
                node(knowledge),
                knowledge,
                database,
                timeUntil(leadsUntil),
                operation,
                operations.finished(),
                peers,
                remote,
                config,
                unapplied(knowledge),
                vacantFor,
                logGrowth.seen(database, parts.ticker().read()),
                shuttingDown,
                guard.problem(),
                OffsetDateTime.now(parts.clock()));
    }

    public Decision decide(Snapshot now) {
        Decision decision = parts.decider().decide(now);
        announcements.decided(now, decision);
        lastDecision = decision;
        return decision;
    }

    /** Does what was decided; true when it changed something, so that the next cycle should start at once. */
    public boolean act(Snapshot now, Decision decision) {
        try {
            return decision.action().accept(new Actor(now));
        } catch (DcsException unclear) {
            noteBlind(unclear);
            return true;
        }
    }

    /** Tells the other members how this node is, as far as that is news. */
    public void publish(Snapshot now) {
        Optional<Session> present = session.present();
        if (!(now.knowledge() instanceof Knowledge.Seen seen) || present.isEmpty()) {
            return;
        }
        try {
            publisher.publish(now.with(operations.running()), seen.view(), present.get());
        } catch (DcsException unclear) {
            noteBlind(unclear);
        }
    }

    /** The longest to wait before the next cycle if nothing happens. */
    public Duration longestWait(Decision decision) {
        Duration wait = decision.action() instanceof Action.Wait waiting ? waiting.atMost() : config.loopWait();
        Duration renewal = session.renewalInterval(config);
        return wait.compareTo(renewal) < 0 ? wait : renewal;
    }

    /** How long this node is still sure to lead without another word from the store. Any thread. */
    public Duration leadershipLeft() {
        return timeUntil(leadsUntil);
    }

    private Knowledge look() {
        try {
            Session alive = session.alive(config);
            ClusterView view = store.read(Optional.of(alive));
            adopt(view);
            leadUntil(view.isSurelyLedBy(self) ? session.keptUntil() : Duration.ZERO);
            if (blindSince != null) {
                blindSince = null;
                LOG.info("{}: the store answers again", self);
                events.accept(new HaEvent.StoreFound(self));
            }
            return new Knowledge.Seen(view);
        } catch (DcsException unreachable) {
            noteBlind(unreachable);
            if (session.present().isEmpty()) {
                leadsUntil = Duration.ZERO;
            }
            Duration since = blindSince == null ? parts.ticker().read() : blindSince;
            return new Knowledge.Blind(parts.ticker().read().minus(since), lastView);
        }
    }

    private void leadUntil(Duration moment) {
        boolean renewed = moment.compareTo(leadsUntil) > 0;
        leadsUntil = moment;
        if (renewed) {
            guard.leadershipRenewed(timeUntil(leadsUntil));
        }
    }

    private void adopt(ClusterView view) {
        Optional<NodeName> before = lastView.leader().map(LeaderEntry::name);
        Optional<NodeName> after = view.leader().map(LeaderEntry::name);
        if (!before.equals(after)) {
            LOG.info("{}: the leader is {}, it was {}", self, nameOf(after), nameOf(before));
            events.accept(new HaEvent.LeaderChanged(self, before, after));
        }
        if (view.config().isPresent() && !view.config().equals(lastView.config())) {
            config = HaConfig.from(view.config().get());
            parts.dcs().limitCallsTo(config.callTimeout());
            guard.adopt(config);
        }
        lastView = view;
    }

    private static String nameOf(Optional<NodeName> leader) {
        return leader.map(NodeName::value).orElse("nobody");
    }

    private void noteBlind(DcsException why) {
        if (blindSince == null) {
            blindSince = parts.ticker().read();
            LOG.warn("{}: the store does not answer, trying again: {}", self, why.getMessage());
            events.accept(new HaEvent.StoreLost(self, String.valueOf(why.getMessage())));
        }
    }

    private Duration vacantFor(Knowledge knowledge) {
        if (!(knowledge instanceof Knowledge.Seen seen) || !seen.view().isVacant()) {
            vacantSince = null;
            return Duration.ZERO;
        }
        Duration time = parts.ticker().read();
        if (vacantSince == null) {
            vacantSince = time;
        }
        return time.minus(vacantSince);
    }

    private Optional<DynamicConfig> unapplied(Knowledge knowledge) {
        return knowledge instanceof Knowledge.Seen seen
                ? seen.view().config().filter(present -> !present.equals(appliedConfig))
                : Optional.empty();
    }

    /** A cluster that has lost its configuration gets back the one that its leader's server was last given. */
    private NodeSettings node(Knowledge knowledge) {
        boolean lost = knowledge instanceof Knowledge.Seen seen
                && seen.view().isInitialized()
                && seen.view().config().isEmpty();
        Optional<DynamicConfig> last = lost ? parts.database().lastConfig() : Optional.empty();
        return last.map(parts.node()::withNewClusterConfig).orElse(parts.node());
    }

    private void noteApplied() {
        if (applyingConfig == null || operations.running().isPresent()) {
            return;
        }
        var last = Optional.ofNullable(operations.finished().get(Operation.Configure.class));
        if (last.isPresent() && !last.get().isFailure()) {
            appliedConfig = applyingConfig;
        }
        applyingConfig = null;
    }

    private Duration timeUntil(Duration moment) {
        Duration left = moment.minus(parts.ticker().read());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Does each action for one snapshot. */
    private final class Actor implements Action.Handler<DcsException> {
        private final Snapshot now;

        Actor(Snapshot now) {
            this.now = now;
        }

        @Override
        public boolean doNothing(Action.Wait action) {
            return false;
        }

        @Override
        public boolean begin(Operation operation) throws DcsException {
            boolean opens = operation instanceof Operation.Promote || operation instanceof Operation.StartPrimary;
            if (opens && timeUntil(leadsUntil).compareTo(now.config().fenceMargin()) <= 0) {
                LOG.warn(
                        "{}: no time is left to {}: the leadership may have ended since it was decided",
                        self,
                        operation.label());
                return true;
            }
            if (operation instanceof Operation.SetSynchronousStandbys && isSyncUnclear()) {
                return settleSync();
            }
            if (opens && !now.config().paused() && !guard.allowWrites(timeUntil(leadsUntil))) {
                session.renewSoon();
                return true;
            }
            if (operation instanceof Operation.Configure configure) {
                applyingConfig = configure.config();
            }
            LOG.info("{}: {}, because {}", self, operation.label(), explanation());
            operations.begin(operation);
            return false;
        }

        /** A write of the sync entry that was not answered may still take effect, as long as nobody else has written it. */
        private boolean isSyncUnclear() {
            return unclearSync.isPresent()
                    && unclearSync.equals(now.knowledge().lastView().sync().revision());
        }

        /** Writes the entry as it is, so that what is late comes too late. */
        private boolean settleSync() throws DcsException {
            boolean settled = store.writeSync(now.knowledge().lastView().sync());
            unclearSync = Optional.empty();
            log(settled, "the entry of synchronous standbys is settled", "somebody else has settled it");
            return true;
        }

        @Override
        public boolean cancelOperation() {
            LOG.info("{}: cancel the operation under way, because {}", self, explanation());
            operations.cancel();
            return false;
        }

        @Override
        public boolean claimInitialization() throws DcsException {
            Optional<Session> present = session.present();
            boolean won = present.isPresent() && store.claimInitialization(present.get());
            log(won, "won the right to create the cluster", "another node creates the cluster");
            return true;
        }

        @Override
        public boolean recordSystemId(Action.RecordSystemId action) throws DcsException {
            log(
                    store.recordSystemId(action.systemId(), action.expected()),
                    "the cluster has system identifier " + action.systemId(),
                    "another node recorded its system identifier");
            return true;
        }

        @Override
        public boolean publishConfig(Action.PublishConfig action) throws DcsException {
            return store.publishConfig(action.config(), Expected.ABSENT);
        }

        @Override
        public boolean claimLeadership(Action.ClaimLeadership action) throws DcsException {
            Optional<Session> present = session.present();
            boolean won = present.isPresent() && store.claimLeadership(present.get(), self, action.expected());
            log(won, "I lead now, because " + explanation(), "another node was faster to claim the leadership");
            if (won) {
                Optional<PossibleLoss> loss = config.isStandbyCluster() ? Optional.empty() : PossibleLoss.of(now);
                announcements.leads(loss);
                publisher.remember(loss);
            }
            return true;
        }

        @Override
        public boolean releaseLeadership(Action.ReleaseLeadership action) throws DcsException {
            // Whatever becomes of the request: from here on this node must not believe that it leads.
            leadsUntil = Duration.ZERO;
            if (action.finalPosition().isPresent()) {
                publisher.publishFinal(
                        self, action.finalPosition().get(), now.knowledge().lastView());
            }
            log(
                    release(action.revision()),
                    "I give the leadership away, because " + explanation(),
                    "the leadership was not mine any more");
            return true;
        }

        /** Whoever does not know whether it released must not go on under an entry that a late request may still delete. */
        private boolean release(long revision) throws DcsException {
            try {
                return store.releaseLeadership(revision);
            } catch (DcsException unclear) {
                session.leaveBehind();
                throw unclear;
            }
        }

        @Override
        public boolean consumeRequest(Action.ConsumeRequest action) throws DcsException {
            log(
                    store.consumeRequest(action.revision()),
                    "the request is off the table: " + explanation(),
                    "the request has changed");
            return true;
        }

        @Override
        public boolean writeSync(Action.WriteSync action) throws DcsException {
            unclearSync = action.next().revision();
            boolean written = store.writeSync(action.next());
            unclearSync = Optional.empty();
            log(
                    written,
                    "every acknowledged commit is held by "
                            + action.next().leader().map(NodeName::value).orElse("nobody") + " and "
                            + action.next().standbys(),
                    "another node has changed who is synchronous");
            return true;
        }

        @Override
        public boolean dropSync(Action.DropSync action) throws DcsException {
            return store.dropSync(action.revision());
        }

        @Override
        public boolean finish() {
            LOG.info("{}: ended, because {}", self, explanation());
            end();
            return false;
        }

        @Override
        public boolean abandon() {
            LOG.error("{}: ended without touching server or data, because {}", self, explanation());
            end();
            return false;
        }

        private void end() {
            guard.disarm();
            ended = true;
            events.accept(new HaEvent.Ended(self, explanation()));
        }

        private void log(boolean done, String success, String lostRace) {
            LOG.info("{}: {}", self, done ? success : lostRace);
        }

        private String explanation() {
            return lastDecision == null ? "" : lastDecision.explanation();
        }
    }
}
