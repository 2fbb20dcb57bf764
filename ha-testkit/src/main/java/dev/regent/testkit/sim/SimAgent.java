package dev.regent.testkit.sim;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.engine.HaCycle;
import dev.regent.ha.engine.OrderBook;
import dev.regent.ha.engine.Ticker;
import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.WatchdogSettings;
import dev.regent.ha.spi.Ballot;
import dev.regent.ha.spi.ElectionPolicy;
import dev.regent.ha.spi.FailsafeAnswer;
import dev.regent.ha.spi.Subscription;
import dev.regent.ha.spi.Watchdog;
import dev.regent.ha.watchdog.DeviceWatchdog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One life of an agent: the real engine's cycle, step by step, with everybody else's events in between. It paces itself as
 * the engine's own loop does. Used by one thread.
 */
final class SimAgent {
    private static final int LONGEST_BURST = 16;
    private static final Duration AFTER_A_BURST = Duration.ofSeconds(1);
    private static final long LONGEST_GAP = 5 * EventQueue.MILLISECOND;
    private static final long LONG_GAP = 3 * EventQueue.SECOND;
    private static final double GAP_IS_LONG = 0.005;

    private final SimNode node;
    private final SimCluster cluster;
    private final Dice dice;
    private final AgentTime time;
    private final SimDcs dcs;
    private final SimOperations operations;
    private final HaCycle cycle;
    private final List<Subscription> hints;
    private int burst;
    private boolean woken;
    private boolean waiting;
    private long wait;

    SimAgent(SimNode node, SimCluster cluster, Dice dice) {
        this.node = node;
        this.cluster = cluster;
        this.dice = dice;
        EventQueue queue = cluster.queue();
        this.time = new AgentTime(queue);
        boolean deluded = cluster.settings().leavesOut(Protection.SESSION_DEADLINE);
        this.dcs = new SimDcs(cluster.store(), node.road(), time, queue, dice.split(), deluded);
        Ticker ticker = () -> EventQueue.toDuration((long) (queue.now() * node.clockRate()));
        this.operations =
                new SimOperations(node.server(), cluster.network(), time, queue, ticker, dice.split(), this::wake);
        this.cycle = new HaCycle(parts(ticker), operations, this::trace);
        this.hints = List.of(dcs.watch(this::wake), operations.database().onChange(this::wake));
    }

    private HaCycle.Parts parts(Ticker ticker) {
        NodeSettings settings = new NodeSettings(
                SimStore.CLUSTER,
                node.name(),
                "postgres://" + node.server().address() + "/postgres",
                Optional.of("http://" + node.name() + ":8008/patroni"),
                cluster.settings().tagsOf(node.name()),
                Optional.of(cluster.settings().clusterConfig()));
        return new HaCycle.Parts(
                settings,
                dcs,
                operations.database(),
                new SimPeers(node, cluster, time, dice.split()),
                watchdog(ticker),
                new Decider(election()),
                ticker,
                new SimClock(cluster.queue()),
                new SimFailsafe(node, cluster, time, dice.split()));
    }

    private Watchdog watchdog(Ticker ticker) {
        if (cluster.settings().leavesOut(Protection.GUARDIAN)) {
            return Watchdog.none();
        }
        return cluster.settings().guardsByDevice()
                ? new DeviceWatchdog(node.device(), WatchdogSettings.REQUIRED, ticker)
                : node.guardian();
    }

    private ElectionPolicy election() {
        ElectionPolicy standard = cluster.settings().election();
        return cluster.settings().leavesOut(Protection.SYNC_ELECTION)
                ? ballot -> standard.judge(withoutSync(ballot))
                : standard;
    }

    private static Ballot withoutSync(Ballot ballot) {
        return ballot.with(Views.withoutSync(ballot.view()));
    }

    AgentTime time() {
        return time;
    }

    /** What this node says to a primary that wants to go on without the store. */
    FailsafeAnswer answer(FailsafeAnnouncement primary) {
        return cycle.answer(primary, Optional.empty());
    }

    void start() {
        step(this::observe);
    }

    void shutDown() {
        cycle.orders().leave();
        wake();
    }

    /** What people ask of this node. */
    OrderBook orders() {
        return cycle.orders();
    }

    /** Gives the agent something to look at. */
    void nudge() {
        wake();
    }

    /** As {@code kill -9}: operations end half way, sessions run out. */
    void die() {
        if (!time.isDead()) {
            operations.cutShort();
            time.die();
            leave();
        }
    }

    private void leave() {
        hints.forEach(Subscription::close);
        operations.database().close();
        dcs.close();
    }

    private void wake() {
        if (waiting) {
            waiting = false;
            step(this::observe);
        } else {
            woken = true;
        }
    }

    private void step(Runnable what) {
        time.after(dice.between(0, dice.chance(GAP_IS_LONG) ? LONG_GAP : LONGEST_GAP), what);
    }

    private void observe() {
        woken = false;
        Snapshot now = cycle.observe();
        step(() -> decideAndAct(now));
    }

    private void decideAndAct(Snapshot now) {
        Decision decision = cycle.decide(now);
        boolean changed = !promotesFirst(now, decision) && cycle.act(now, decision);
        if (cycle.isEnded()) {
            cycle.publish(now);
            time.die();
            leave();
            return;
        }
        burst = changed ? burst + 1 : 0;
        if (!changed) {
            step(() -> publish(now, decision));
        } else if (burst < LONGEST_BURST) {
            step(this::observe);
        } else {
            burst = 0;
            await(AFTER_A_BURST);
        }
    }

    private void publish(Snapshot now, Decision decision) {
        cycle.publish(now);
        await(cycle.longestWait(decision));
    }

    private void await(Duration atMost) {
        if (woken) {
            step(this::observe);
            return;
        }
        waiting = true;
        wait++;
        long mine = wait;
        time.after(EventQueue.micros(atMost), () -> {
            if (waiting && wait == mine) {
                waiting = false;
                observe();
            }
        });
    }

    /** Promotes where the engine would claim, behind its back. */
    private boolean promotesFirst(Snapshot now, Decision decision) {
        boolean promotes = cluster.settings().leavesOut(Protection.CLAIM_BEFORE_PROMOTION)
                && decision.action() instanceof Action.ClaimLeadership
                && now.database().is(ServerState.STANDBY);
        if (promotes) {
            operations.begin(new Operation.Promote());
        }
        return promotes;
    }

    private void trace(HaEvent event) {
        cluster.trace()
                .note(
                        node.name().value(),
                        () -> event instanceof HaEvent.Decided decided ? explained(decided.decision()) : "  " + event);
    }

    private static String explained(Decision decision) {
        Action action = decision.action();
        String what = action instanceof Operation operation ? operation.label() : action.toString();
        return what + ", because " + decision.explanation();
    }
}
