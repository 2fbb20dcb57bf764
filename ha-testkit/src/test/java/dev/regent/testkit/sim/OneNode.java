package dev.regent.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.FinishedOperation;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.decision.StandardElection;
import dev.regent.ha.engine.HaCycle;
import dev.regent.ha.engine.Operations;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.Tags;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Failsafe;
import dev.regent.ha.spi.Peers;
import dev.regent.ha.spi.Session;
import dev.regent.ha.spi.Subscription;
import dev.regent.ha.spi.Watchdog;
import dev.regent.testkit.store.InMemoryDcs;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One node's cycle over a simulated store and server, step by step, with operations that do nothing by themselves. */
final class OneNode {
    static final NodeName SELF = NodeName.of("n1");
    static final String SYSTEM_ID = "7000000000000000001";
    static final NodeSettings SETTINGS = new NodeSettings(
            SimStore.CLUSTER,
            SELF,
            "postgres://host-n1:5432/postgres",
            Optional.of("http://host-n1:8008/patroni"),
            Tags.NONE,
            Optional.of(DynamicConfig.DEFAULT));

    final EventQueue queue = new EventQueue();
    final SimStore store = new SimStore(queue);
    final ForgetfulDcs dcs = new ForgetfulDcs(store.open());
    final List<String> toldToGuardian = new ArrayList<>();
    final FakeOperations operations = new FakeOperations();
    final SimServer server;
    final HaCycle cycle;
    Runnable whilePeersAreAsked = () -> {};
    /** What members say to a primary that wants to go on without the store; by default nobody can be asked. */
    Failsafe members = Failsafe.unavailable();

    private OneNode(boolean standby) throws DcsException {
        SimNetwork network = new SimNetwork();
        server = new SimServer(SELF, new Address("host-n1", 5432), network, queue, new Dice(1), ServerObserver.NOBODY);
        server.createData(SYSTEM_ID);
        server.launch(standby, Optional.empty(), 0);
        queue.runUntil(EventQueue.SECOND);
        cycle = new HaCycle(
                new HaCycle.Parts(
                        SETTINGS,
                        dcs,
                        new SimDatabase(server, network, queue, work -> {}),
                        asked -> {
                            whilePeersAreAsked.run();
                            return Peers.fromStore().ask(asked);
                        },
                        new RecordingWatchdog(toldToGuardian),
                        new Decider(StandardElection.policy()),
                        queue::time,
                        Clock.systemUTC(),
                        (announcement, urls, atMost) -> members.ask(announcement, urls, atMost)),
                operations,
                event -> {});
        write("initialize", SYSTEM_ID);
    }

    static OneNode withStandby() throws DcsException {
        return new OneNode(true);
    }

    static OneNode withPrimary() throws DcsException {
        return new OneNode(false);
    }

    /** As another client of the store. */
    void write(String key, String value) throws DcsException {
        assertThat(store.open().write(key, value, Expected.ANYTHING)).isTrue();
    }

    Optional<String> entry(String key) throws DcsException {
        return store.open().read().get(key).map(entry -> entry.value());
    }

    void wait(Duration time) {
        queue.runUntil(queue.now() + EventQueue.micros(time));
        store.store().expireSessions();
    }

    /** Looks, decides and acts until nothing changes any more; returns the last decision. */
    Decision untilItRests() {
        for (int i = 0; i < 20; i++) {
            Snapshot now = cycle.observe();
            Decision decision = cycle.decide(now);
            boolean changed = cycle.act(now, decision) || operations.current.isPresent();
            operations.finishAtOnce();
            if (!changed) {
                cycle.publish(now);
                return decision;
            }
        }
        throw new AssertionError("it never rests");
    }

    /** Looks and decides until the decision is to promote. */
    Snapshot untilItPromotes() {
        for (int i = 0; i < 10; i++) {
            Snapshot now = cycle.observe();
            Decision decision = cycle.decide(now);
            if (decision.action() instanceof Operation.Promote) {
                return now;
            }
            cycle.act(now, decision);
            operations.finishAtOnce();
        }
        throw new AssertionError("it never promotes");
    }

    /** A store whose next request gets lost on the way if so wished. */
    static final class ForgetfulDcs implements Dcs {
        private final InMemoryDcs inner;
        /** No request is answered. */
        boolean silent;
        /** No request that concerns the session is answered. */
        boolean sessionsSilent;
        /** What every look shows instead of what is there. */
        Optional<Entries> past = Optional.empty();

        boolean losesNextSessionWrite;
        boolean losesNextDeletion;
        boolean losesNextWrite;

        ForgetfulDcs(InMemoryDcs inner) {
            this.inner = inner;
        }

        @Override
        public Entries read() throws DcsException {
            checkAnswers();
            return past.isPresent() ? past.get() : inner.read();
        }

        @Override
        public boolean write(String key, String value, Expected expected) throws DcsException {
            checkAnswers();
            if (losesNextWrite) {
                losesNextWrite = false;
                throw new DcsException("no answer in time");
            }
            return inner.write(key, value, expected);
        }

        @Override
        public boolean delete(String key, Expected expected) throws DcsException {
            checkAnswers();
            if (losesNextDeletion) {
                losesNextDeletion = false;
                throw new DcsException("no answer in time");
            }
            return inner.delete(key, expected);
        }

        @Override
        public Session openSession(Duration ttl) throws DcsException {
            checkAnswers();
            return new ForgetfulSession(inner.openSession(ttl));
        }

        private void checkAnswers() throws DcsException {
            if (silent) {
                throw new DcsException("no answer in time");
            }
        }

        @Override
        public Subscription watch(Runnable onChange) {
            return inner.watch(onChange);
        }

        @Override
        public void limitCallsTo(Duration timeout) {
            inner.limitCallsTo(timeout);
        }

        @Override
        public void close() {
            inner.close();
        }

        /** A session whose requests travel the same road. */
        private final class ForgetfulSession implements Session {
            private final Session session;

            ForgetfulSession(Session session) {
                this.session = session;
            }

            @Override
            public String id() {
                return session.id();
            }

            @Override
            public Duration timeToLive() {
                return session.timeToLive();
            }

            @Override
            public boolean renew() throws DcsException {
                checkAnswers();
                if (sessionsSilent) {
                    throw new DcsException("no answer in time");
                }
                return session.renew();
            }

            @Override
            public boolean write(String key, String value, Expected expected) throws DcsException {
                checkAnswers();
                if (losesNextSessionWrite) {
                    losesNextSessionWrite = false;
                    throw new DcsException("no answer in time");
                }
                return session.write(key, value, expected);
            }

            @Override
            public void end() throws DcsException {
                session.end();
            }
        }
    }

    record RecordingWatchdog(List<String> told) implements Watchdog {
        @Override
        public boolean allowFor(Duration left) {
            told.add("allow");
            return true;
        }

        @Override
        public void leadershipRenewed(Duration left) {
            told.add("renewed");
        }

        @Override
        public void disarm() {
            told.add("disarm");
        }
    }

    static final class FakeOperations implements Operations {
        Optional<Operation> current = Optional.empty();
        Duration elapsed = Duration.ZERO;
        Map<Class<? extends Operation>, FinishedOperation> finished = Map.of();

        @Override
        public void begin(Operation operation) {
            current = Optional.of(operation);
        }

        void finishAtOnce() {
            current.ifPresent(operation -> finished =
                    Map.of(operation.getClass(), new FinishedOperation(operation, Optional.empty(), Duration.ZERO, 0)));
            current = Optional.empty();
        }

        @Override
        public void cancel() {}

        @Override
        public Optional<RunningOperation> running() {
            return current.map(operation -> new RunningOperation(operation, elapsed, false));
        }

        @Override
        public Map<Class<? extends Operation>, FinishedOperation> finished() {
            return finished;
        }
    }
}
