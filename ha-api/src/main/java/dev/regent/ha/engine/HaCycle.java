package dev.regent.ha.engine;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.FailsafeState;
import dev.regent.ha.decision.Knowledge;
import dev.regent.ha.decision.NodeOrders;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.OrderStep;
import dev.regent.ha.decision.PeersToAsk;
import dev.regent.ha.decision.Pledge;
import dev.regent.ha.decision.PossibleLoss;
import dev.regent.ha.decision.RemoteToAsk;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.model.SyncState;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Failsafe;
import dev.regent.ha.spi.FailsafeAnswer;
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
            Clock clock,
            Failsafe failsafe) {

        Parts with(Dcs otherDcs) {
            return new Parts(node, otherDcs, database, peers, watchdog, decider, ticker, clock, failsafe);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(HaCycle.class);

    private final Parts parts;
    private final Operations operations;
    private final Consumer<HaEvent> events;
    private final NodeName self;
    private volatile NodeSettings node;
    private final ClusterStore store;
    private final SessionKeeper session;
    private final Publisher publisher;
    private final Guard guard;
    private final LogGrowth logGrowth = new LogGrowth();
    private final Announcements announcements;
    private final StoreContact contact;
    private final SyncEntry syncEntry;
    private final Vacancy vacancy;
    private final Leadership leadership;
    private final ConfigTakeover takeover;
    private final FailsafeMap failsafeMap;
    private final FailsafeRound failsafe;
    private final Pledges pledges;
    private final FailsafeWord word;
    private ClusterView lastView = ClusterView.EMPTY;
    private HaConfig config;
    private final OrderBook orders;
    private @Nullable Decision lastDecision;
    private boolean ended;

    public HaCycle(Parts parts, Operations operations, Consumer<HaEvent> events) {
        this.parts = parts;
        this.operations = operations;
        this.events = events;
        this.self = parts.node().name();
        this.node = parts.node();
        this.store = new ClusterStore(parts.dcs());
        this.session = new SessionKeeper(parts.dcs(), parts.ticker());
        this.announcements = new Announcements(self, events);
        this.contact = new StoreContact(self, parts.ticker(), events);
        this.syncEntry = new SyncEntry(store);
        this.vacancy = new Vacancy(parts.ticker());
        this.publisher = new Publisher(store, parts.database(), parts.ticker());
        this.guard = new Guard(parts.watchdog());
        this.config = parts.node().newClusterConfig().map(HaConfig::from).orElse(HaConfig.DEFAULT);
        this.leadership = new Leadership(parts.ticker());
        this.takeover = new ConfigTakeover(self, operations);
        this.failsafeMap = new FailsafeMap(() -> node, store);
        this.failsafe = new FailsafeRound(() -> node, failsafeMap, parts.failsafe(), leadership, guard, parts.ticker());
        this.pledges = new Pledges(self, parts.ticker());
        this.word = new FailsafeWord(self, pledges);
        this.orders = new OrderBook(parts.ticker(), parts.database()::restarting);
    }

    /** What people ask of this node. */
    public OrderBook orders() {
        return orders;
    }

    /** From now on the node is described so; its name and its cluster are as before. Any thread. */
    public void describeAs(NodeSettings settings) {
        node = settings;
    }

    /** The server's own settings have changed: it takes them over together with those of the cluster. Any thread. */
    public void configureAgain() {
        takeover.again();
    }

    /** Whether there is nothing more to do, for good. */
    public boolean isEnded() {
        return ended;
    }

    /** Everything as it is now. Takes as long as the store, the server and the peers may take to answer. */
    public Snapshot observe() {
        Knowledge knowledge = look();
        takeover.noteEnd();
        // Before the server is looked at: what ends in between must not go unseen in both.
        Optional<RunningOperation> operation = operations.running();
        DatabaseStatus database = parts.database().status();
        boolean opening = operation.filter(RunningOperation::opensForWrites).isPresent();
        pledges.looked(database.mayAcceptWrites() || opening);
        boolean confirmed =
                knowledge instanceof Knowledge.Seen || (!orders.isLeaving() && failsafe.prolonged(database, config));
        Optional<Pledge> pledge = pledges.inForce(knowledge.lastView(), config);
        Knowledge heeding = Pledge.appliedTo(knowledge, pledge);
        Duration vacantFor = vacancy.lastsFor(heeding);
        Map<NodeName, PeerStatus> peers =
                parts.peers().ask(PeersToAsk.of(self, heeding, database, operations.finished(), vacantFor, config));
        Optional<RemoteStatus> remote =
                RemoteToAsk.of(heeding, database, config).flatMap(parts.database()::ask);
        guard.watch(confirmed, database, opening, leadership.left());
        NodeOrders ordered = orders.asOf(parts.ticker().read());
        return new Snapshot(
                takeover.settings(node, knowledge, parts.database()),
                knowledge,
                database,
                leadership.left(),
                operation,
                operations.finished(),
                peers,
                remote,
                config,
                takeover.due(knowledge),
                vacantFor,
                logGrowth.seen(database, parts.ticker().read()),
                ordered,
                guard.problem(),
                new FailsafeState(failsafe.answers(), leadership.isByMembers(), pledge),
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

    /** Tells the other members how this node is, as far as that is news, and has its server heed what they have told. */
    public void publish(Snapshot now) {
        publisher.tendSlots(now);
        Optional<Session> present = session.present();
        if (!(now.knowledge() instanceof Knowledge.Seen seen) || present.isEmpty()) {
            return;
        }
        try {
            if (config.failsafeMode() && seen.view().isSurelyLedBy(self)) {
                failsafeMap.update(seen.view());
            }
            publisher.publish(now.with(operations.running()), seen.view(), present.get());
        } catch (DcsException unclear) {
            noteBlind(unclear);
        }
    }

    /** The longest to wait before the next cycle if nothing happens. */
    public Duration longestWait(Decision decision) {
        return session.longestWait(decision, config);
    }

    /** How long this node is still sure to lead without another word from the store. Any thread. */
    public Duration leadershipLeft() {
        return leadership.left();
    }

    /** Whether a primary lives on by the members' word, or this node has given its word to one. Any thread. */
    public boolean isFailsafeActive() {
        return leadership.isByMembers() || pledges.present().isPresent();
    }

    /** The answer to a primary that wants to go on without the store, with how far this node's log reaches. Any thread. */
    public FailsafeAnswer answer(FailsafeAnnouncement primary, Optional<Lsn> position) {
        return word.answer(primary, position);
    }

    private Knowledge look() {
        try {
            ClusterView view = store.read(Optional.of(session.alive(config, operations, leadership)));
            adopt(view);
            if (leadership.seen(view, self, session.keptUntil())) {
                guard.leadershipRenewed(leadership.left());
            }
            failsafe.storeFound();
            contact.found();
            return new Knowledge.Seen(view);
        } catch (DcsException unreachable) {
            noteBlind(unreachable);
            if (session.present().isEmpty()) {
                leadership.sessionEnded();
            }
            return new Knowledge.Blind(contact.lostFor(), lastView);
        }
    }

    private void adopt(ClusterView view) {
        Optional<NodeName> before = lastView.leader().map(LeaderEntry::name);
        Optional<NodeName> after = view.leader().map(LeaderEntry::name);
        announcements.saw(before, after);
        if (view.config().isPresent() && !view.config().equals(lastView.config())) {
            config = takeover.adopt(view.config().get());
            parts.dcs().limitCallsTo(config.callTimeout());
            guard.adopt(config);
        }
        lastView = view;
        word.seen(after, config);
        failsafeMap.seen(view);
    }

    private void noteBlind(DcsException why) {
        word.blind();
        contact.lost(why);
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
            boolean opens = operation.opensForWrites();
            if (opens && leadership.left().compareTo(now.config().fenceMargin()) <= 0) {
                LOG.warn(
                        "{}: no time is left to {}: the leadership may have ended since it was decided",
                        self,
                        operation.label());
                return true;
            }
            SyncState sync = now.knowledge().lastView().sync();
            if (operation instanceof Operation.SetSynchronousStandbys && syncEntry.isUnclear(sync)) {
                log(
                        syncEntry.settle(sync),
                        "the entry of synchronous standbys is settled",
                        "somebody else has settled it");
                return true;
            }
            if (opens && !pledges.mayOpen()) {
                LOG.warn("{}: I do not {}: I have given my word to a primary meanwhile", self, operation.label());
                return true;
            }
            if (opens && !now.config().paused() && !guard.allowWrites(leadership.left())) {
                session.renewSoon();
                return true;
            }
            if (operation instanceof Operation.Configure configure) {
                takeover.begins(configure.config());
            }
            LOG.info("{}: {}, because {}", self, operation.label(), explanation());
            operations.begin(operation);
            return false;
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
            return store.restoreConfig(action.config());
        }

        @Override
        public boolean claimLeadership(Action.ClaimLeadership action) throws DcsException {
            Optional<Session> present = session.present();
            // A claim that is not answered may still win for as long as the session lives.
            if (!pledges.mayClaim(parts.ticker().read().plus(now.config().ttl()))) {
                return true;
            }
            boolean won = present.isPresent() && store.claimLeadership(present.get(), self, action.expected());
            pledges.claimAnswered();
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
            leadership.end();
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
            log(
                    syncEntry.write(action.next()),
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
        public boolean takeOrderStep(OrderStep step) {
            orders.take(step, now.database().facts().postmasterStartTime());
            return true;
        }

        @Override
        public boolean finish() {
            LOG.info("{}: ended, because {}", self, explanation());
            end();
            return false;
        }

        @Override
        public boolean abandon() {
            // Why was said when a person was called
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
