package dev.regent.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.FinishedOperation;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.decision.StandardElection;
import dev.regent.ha.engine.HaCycle;
import dev.regent.ha.engine.Operations;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WatchdogSettings;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Failsafe;
import dev.regent.ha.spi.Peers;
import dev.regent.ha.spi.WatchdogDriver;
import dev.regent.ha.watchdog.DeviceWatchdog;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When the engine arms, feeds and disarms a watchdog device. */
class WatchdogDeviceTest {
    private static final NodeName SELF = NodeName.of("n1");
    private static final String SYSTEM_ID = "7000000000000000001";
    private static final int MOST_CYCLES = 100;

    /** A device that writes down what is done to it. */
    private static final class RecordingDriver implements WatchdogDriver, WatchdogDriver.Device {
        final List<String> told;
        Optional<String> problem = Optional.empty();
        boolean opens = true;

        RecordingDriver(List<String> told) {
            this.told = told;
        }

        @Override
        public String name() {
            return "device";
        }

        @Override
        public Optional<String> problem() {
            return problem;
        }

        @Override
        public Device open() throws IOException {
            if (!opens) {
                throw new IOException("device busy");
            }
            told.add("open");
            return this;
        }

        @Override
        public Duration limitTo(Duration timeout) {
            told.add("timeout " + timeout.toSeconds());
            return timeout;
        }

        @Override
        public void feed() {
            told.add("feed");
        }

        @Override
        public void disarm() {
            told.add("disarm");
        }

        @Override
        public void close() {
            told.add("close");
        }
    }

    /** Operations of the simulation that write down which were begun. */
    private record RecordingOperations(SimOperations inner, List<String> told) implements Operations {
        @Override
        public void begin(Operation operation) {
            told.add(operation.label());
            inner.begin(operation);
        }

        @Override
        public void cancel() {
            inner.cancel();
        }

        @Override
        public Optional<RunningOperation> running() {
            return inner.running();
        }

        @Override
        public Map<Class<? extends Operation>, FinishedOperation> finished() {
            return inner.finished();
        }
    }

    /** The only member of a cluster, a standby at first, with a device. */
    private static final class OnlyMember {
        final EventQueue queue = new EventQueue();
        final SimStore store = new SimStore(queue);
        final StoreRoad road = new StoreRoad();
        final List<String> told = new ArrayList<>();
        final RecordingDriver driver = new RecordingDriver(told);
        final SimServer server;
        final HaCycle cycle;
        Snapshot seen;
        Decision decision = Decision.of(Action.WAIT, Reason.FOLLOWING);

        OnlyMember(WatchdogSettings settings) throws Exception {
            SimNetwork network = new SimNetwork();
            AgentTime time = new AgentTime(queue);
            server = new SimServer(
                    SELF, new Address("host-n1", 5432), network, queue, new Dice(1), ServerObserver.NOBODY);
            server.createData(SYSTEM_ID);
            server.launch(true, Optional.empty(), 0);
            SimOperations operations =
                    new SimOperations(server, network, time, queue, queue::time, new Dice(2), () -> {});
            NodeSettings node = new NodeSettings(
                    SimStore.CLUSTER,
                    SELF,
                    "postgres://host-n1:5432/postgres",
                    Optional.empty(),
                    Tags.NONE,
                    Optional.of(DynamicConfig.DEFAULT));
            cycle = new HaCycle(
                    new HaCycle.Parts(
                            node,
                            new SimDcs(store, road, time, queue, new Dice(3), false),
                            operations.database(),
                            Peers.fromStore(),
                            new DeviceWatchdog(driver, settings, queue::time),
                            new Decider(StandardElection.policy()),
                            queue::time,
                            Clock.systemUTC(),
                            Failsafe.unavailable()),
                    new RecordingOperations(operations, told),
                    event -> {});
            try (var direct = store.open()) {
                assertThat(direct.write("initialize", SYSTEM_ID, Expected.ABSENT))
                        .isTrue();
            }
            seen = cycle.observe();
        }

        void cycle() {
            seen = cycle.observe();
            decision = cycle.decide(seen);
            if (!cycle.act(seen, decision)) {
                cycle.publish(seen);
            }
        }

        /** Cycles once a second, as long as it takes. */
        OnlyMember until(java.util.function.BooleanSupplier condition) {
            for (int i = 0; i < MOST_CYCLES; i++) {
                cycle();
                if (condition.getAsBoolean()) {
                    return this;
                }
                pass(1);
            }
            throw new AssertionError("it does not come to that; last: " + decision + ", told " + told);
        }

        OnlyMember untilItLeads() {
            return until(() -> seen.database().is(ServerState.PRIMARY) && decision.reason() == Reason.LEADING);
        }

        void pass(long seconds) {
            queue.runUntil(queue.now() + seconds * EventQueue.SECOND);
        }

        void configure(String config) throws Exception {
            try (var direct = store.open()) {
                direct.write("config", config, Expected.ANYTHING);
            }
        }

        List<String> toldSince(Runnable what) {
            told.clear();
            what.run();
            return List.copyOf(told);
        }
    }

    @Test
    void theDeviceIsOpenedLimitedAndFedBeforeThePromotion() throws Exception {
        OnlyMember node = new OnlyMember(WatchdogSettings.AUTOMATIC).untilItLeads();

        List<String> order = node.told.subList(node.told.indexOf("open"), node.told.size());
        assertThat(order).startsWith("open", "timeout 25", "feed", "promote");
        assertThat(node.told.indexOf("open")).isLessThan(node.told.indexOf("promote"));
        assertThat(node.told).doesNotContain("disarm", "close");
    }

    @Test
    void aSessionThatWasRenewedTooLongAgoIsRenewedBeforeTheDeviceIsArmed() throws Exception {
        OnlyMember node = new OnlyMember(WatchdogSettings.AUTOMATIC);
        node.until(() -> node.decision.action() instanceof Action.ClaimLeadership);
        node.pass(8);

        node.until(() -> node.told.contains("promote"));

        assertThat(node.seen.sessionLeft()).isGreaterThan(Duration.ofSeconds(25));
        assertThat(node.told).containsSequence("open", "timeout 25", "feed", "promote");
    }

    @Test
    void itIsFedOnceForEachConfirmedRenewal() throws Exception {
        OnlyMember node = new OnlyMember(WatchdogSettings.AUTOMATIC).untilItLeads();
        node.pass(10);

        assertThat(node.toldSince(node::cycle)).containsExactly("feed");
        assertThat(node.toldSince(node::cycle)).isEmpty();
    }

    @Test
    void itIsNotFedWhileTheStoreDoesNotAnswer() throws Exception {
        OnlyMember node = new OnlyMember(WatchdogSettings.AUTOMATIC).untilItLeads();
        node.road.cut();
        node.pass(10);

        assertThat(node.toldSince(node::cycle)).isEmpty();
        assertThat(node.decision.reason()).isEqualTo(Reason.STORE_UNREACHABLE_BUT_LEADING);
    }

    @Test
    void itIsDisarmedWhenTheServerIsClosedAndNotBefore() throws Exception {
        OnlyMember node = new OnlyMember(WatchdogSettings.AUTOMATIC).untilItLeads();
        node.told.clear();
        node.cycle.orders().leave();

        node.until(node.cycle::isEnded);

        assertThat(node.told).startsWith("stop (graceful)").endsWith("disarm");
        assertThat(node.told).containsOnlyOnce("disarm");
    }

    @Test
    void itIsDisarmedByAPauseAndArmedAgainAfterIt() throws Exception {
        OnlyMember node = new OnlyMember(WatchdogSettings.AUTOMATIC).untilItLeads();
        node.configure("{\"pause\": true}");
        assertThat(node.toldSince(node::cycle)).contains("disarm");

        node.configure("{\"pause\": false}");

        node.told.clear();
        node.until(() -> node.told.contains("open"));
        assertThat(node.told).containsSequence("open", "timeout 25", "feed");
    }

    @Test
    void itsTimeoutFollowsTheTimeToLive() throws Exception {
        OnlyMember node = new OnlyMember(WatchdogSettings.AUTOMATIC).untilItLeads();
        node.configure("{\"ttl\": 60}");

        node.told.clear();
        node.until(() -> node.told.contains("timeout 55"));

        assertThat(node.told).containsSequence("timeout 55", "feed");
    }

    @Test
    void whatIsRequiredAndMissingKeepsTheNodeFromStanding() throws Exception {
        OnlyMember node = new OnlyMember(WatchdogSettings.REQUIRED);
        node.driver.problem = Optional.of("there is none");

        node.until(() -> node.decision.reason() == Reason.WATCHDOG_FAILED);

        assertThat(node.decision.action()).isInstanceOf(Action.Wait.class);
        assertThat(node.decision.explanation()).contains("there is none");
        assertThat(node.told).isEmpty();
    }

    @Test
    void aLeaderThatCannotArmWhatIsRequiredIsNotPromotedAndGivesTheLeadershipAway() throws Exception {
        OnlyMember node = new OnlyMember(WatchdogSettings.REQUIRED);
        node.driver.opens = false;

        node.until(() -> node.decision.action() instanceof Action.ReleaseLeadership);

        assertThat(node.decision.reason()).isEqualTo(Reason.WATCHDOG_FAILED);
        assertThat(node.decision.explanation()).contains("device busy");
        assertThat(node.told).doesNotContain("promote");
        assertThat(node.seen.database().is(ServerState.STANDBY)).isTrue();
    }

    @Test
    void whatIsNotRequiredDoesNotKeepTheNodeFromLeading() throws Exception {
        OnlyMember node = new OnlyMember(WatchdogSettings.AUTOMATIC);
        node.driver.opens = false;

        node.untilItLeads();

        assertThat(node.told).contains("promote").doesNotContain("open");
    }
}
