package dev.regent.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.decision.StandardElection;
import dev.regent.ha.engine.HaCycle;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.Tags;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Failsafe;
import dev.regent.ha.spi.ManagedDatabase;
import dev.regent.ha.spi.Peers;
import dev.regent.ha.spi.Watchdog;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** When a server takes over the cluster-wide configuration, and what becomes of one that somebody has deleted. */
class ConfigTakeoverTest {
    private static final NodeName SELF = NodeName.of("n1");
    private static final String SYSTEM_ID = "7300000000000000001";
    private static final DynamicConfig FIRST = DynamicConfig.of(Map.of("ttl", 30));
    private static final DynamicConfig LAST = DynamicConfig.of(Map.of("ttl", 40, "loop_wait", 7));

    @Test
    void theLeaderPutsBackWhatItsServerRemembers() throws Exception {
        assertThat(publishedBy(Optional.of(LAST))).isEqualTo(LAST);
    }

    @Test
    void otherwiseTheClusterBeginsAnewWithWhatTheNodeWasToldForThat() throws Exception {
        assertThat(publishedBy(Optional.empty())).isEqualTo(FIRST);
    }

    @Test
    void aServerIsConfiguredAgainWhenItIsAskedFor() throws Exception {
        OnlyMember member = new OnlyMember(Optional.empty());
        member.until(seen -> seen.knowledge().lastView().config().isPresent()
                && seen.unappliedConfig().isEmpty());

        member.cycle.configureAgain();

        member.until(seen -> seen.unappliedConfig().isPresent());
        member.until(seen -> seen.unappliedConfig().isEmpty());
    }

    private static DynamicConfig publishedBy(Optional<DynamicConfig> remembered) throws Exception {
        return new OnlyMember(remembered)
                .until(seen -> seen.knowledge().lastView().config().isPresent())
                .knowledge()
                .lastView()
                .config()
                .orElseThrow();
    }

    /** The only member of a cluster that has no configuration. */
    private static final class OnlyMember {
        private static final int MOST_CYCLES = 60;

        final EventQueue queue = new EventQueue();
        final HaCycle cycle;

        OnlyMember(Optional<DynamicConfig> remembered) throws Exception {
            SimStore store = new SimStore(queue);
            AgentTime time = new AgentTime(queue);
            SimServer server = new SimServer(
                    SELF, new Address("host-n1", 5432), new SimNetwork(), queue, new Dice(1), ServerObserver.NOBODY);
            server.createData(SYSTEM_ID);
            server.launch(true, Optional.empty(), 0);
            SimOperations operations =
                    new SimOperations(server, new SimNetwork(), time, queue, queue::time, new Dice(2), () -> {});
            NodeSettings node = new NodeSettings(
                    SimStore.CLUSTER,
                    SELF,
                    "postgres://host-n1:5432/postgres",
                    Optional.empty(),
                    Tags.NONE,
                    Optional.of(FIRST));
            cycle = new HaCycle(
                    new HaCycle.Parts(
                            node,
                            new SimDcs(store, new StoreRoad(), time, queue, new Dice(3), false),
                            remembering(operations.database(), remembered),
                            Peers.fromStore(),
                            Watchdog.none(),
                            new Decider(StandardElection.policy()),
                            queue::time,
                            Clock.systemUTC(),
                            Failsafe.unavailable()),
                    operations,
                    event -> {});
            try (var direct = store.open()) {
                direct.write("initialize", SYSTEM_ID, Expected.ABSENT);
            }
        }

        Snapshot until(Predicate<Snapshot> condition) {
            for (int i = 0; i < MOST_CYCLES; i++) {
                Snapshot seen = cycle.observe();
                if (condition.test(seen)) {
                    return seen;
                }
                cycle.act(seen, cycle.decide(seen));
                queue.runUntil(queue.now() + EventQueue.SECOND);
            }
            throw new AssertionError("it does not come to that");
        }
    }

    private static ManagedDatabase remembering(ManagedDatabase database, Optional<DynamicConfig> remembered) {
        return (ManagedDatabase) Proxy.newProxyInstance(
                ConfigTakeoverTest.class.getClassLoader(),
                new Class<?>[] {ManagedDatabase.class},
                (proxy, method, args) -> {
                    if (method.getName().equals("lastConfig")) {
                        return remembered;
                    }
                    try {
                        return method.invoke(database, args);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause() == null ? failed : failed.getCause();
                    }
                });
    }
}
