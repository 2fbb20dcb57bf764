package dev.regent.ha.engine;

import dev.regent.ha.decision.NodeOrder;
import dev.regent.ha.decision.NodeOrders;
import dev.regent.ha.decision.OrderInHand;
import dev.regent.ha.decision.OrderOutcome;
import dev.regent.ha.decision.OrderOutcome.Kind;
import dev.regent.ha.decision.OrderStep;
import dev.regent.ha.model.ScheduledRestart;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The orders that people have given a node: one in hand, one restart scheduled, at most. Thread-safe. */
public final class OrderBook {
    private record Entry(
            NodeOrder order,
            Duration givenAt,
            Optional<Duration> begunAt,
            Optional<String> serverStartedAt,
            CompletableFuture<OrderOutcome> answer) {

        Entry begun(Duration at, Optional<String> startedAt) {
            return new Entry(order, givenAt, Optional.of(at), startedAt, answer);
        }

        OrderInHand asOf(Duration now) {
            return new OrderInHand(
                    order,
                    now.minus(givenAt),
                    begunAt.map(at -> new OrderInHand.Begun(now.minus(at), serverStartedAt)));
        }
    }

    private final Ticker ticker;
    private final Consumer<Boolean> restarting;
    private @Nullable Entry inHand;
    private @Nullable ScheduledRestart scheduled;
    private @Nullable Duration leavingSince;
    private boolean over;

    /**
     * @param restarting hears when a restart begins and when it is over
     */
    OrderBook(Ticker ticker, Consumer<Boolean> restarting) {
        this.ticker = ticker;
        this.restarting = restarting;
    }

    /** Takes the order down, or refuses it at once while there is another. The answer comes from the node's own thread. */
    public synchronized CompletableFuture<OrderOutcome> give(NodeOrder order) {
        if (over || leavingSince != null) {
            return CompletableFuture.completedFuture(new OrderOutcome(Kind.FAILED, "the node is leaving the cluster"));
        }
        if (inHand != null) {
            return CompletableFuture.completedFuture(
                    new OrderOutcome(Kind.BUSY, inHand.order().label()));
        }
        CompletableFuture<OrderOutcome> answer = new CompletableFuture<>();
        inHand = new Entry(order, ticker.read(), Optional.empty(), Optional.empty(), answer);
        return answer;
    }

    /** False when a restart is scheduled already. */
    public synchronized boolean schedule(ScheduledRestart restart) {
        if (scheduled != null) {
            return false;
        }
        scheduled = restart;
        return true;
    }

    /** False when no restart is scheduled. */
    public synchronized boolean unschedule() {
        boolean present = scheduled != null;
        scheduled = null;
        return present;
    }

    public synchronized Optional<ScheduledRestart> scheduled() {
        return Optional.ofNullable(scheduled);
    }

    /** From now on the node leaves: it stops its server, gives the leadership away, and ends. */
    public synchronized void leave() {
        if (leavingSince == null) {
            leavingSince = ticker.read();
        }
    }

    synchronized boolean isLeaving() {
        return leavingSince != null;
    }

    /** To be asked before how operations ended: one that ended before an order was begun must not seem to have ended after it. */
    synchronized NodeOrders asOf(Duration now) {
        return new NodeOrders(
                Optional.ofNullable(leavingSince).map(now::minus),
                Optional.ofNullable(inHand).map(entry -> entry.asOf(now)),
                Optional.ofNullable(scheduled));
    }

    /** Does what was decided; the server ran since then when that was decided. */
    void take(OrderStep step, Optional<String> serverStartedAt) {
        if (step instanceof OrderStep.Begin) {
            begin(serverStartedAt);
        } else if (step instanceof OrderStep.Close close) {
            close(close.outcome());
        } else if (step instanceof OrderStep.BeginScheduled) {
            beginScheduled();
        } else {
            unschedule();
        }
    }

    private void begin(Optional<String> serverStartedAt) {
        Optional<Entry> begun;
        synchronized (this) {
            begun = Optional.ofNullable(inHand).map(entry -> entry.begun(ticker.read(), serverStartedAt));
            inHand = begun.orElse(null);
        }
        begun.filter(entry -> entry.order() instanceof NodeOrder.Reinitialize)
                .ifPresent(entry -> entry.answer().complete(OrderOutcome.of(Kind.STARTED)));
        restarting.accept(begun.filter(entry -> entry.order() instanceof NodeOrder.Restart)
                .isPresent());
    }

    private void close(OrderOutcome outcome) {
        Optional<Entry> closed;
        synchronized (this) {
            closed = Optional.ofNullable(inHand);
            inHand = null;
        }
        restarting.accept(false);
        closed.ifPresent(entry -> entry.answer().complete(outcome));
    }

    /** Unless somebody has taken it back, or given another order, in the meantime. */
    private synchronized void beginScheduled() {
        if (scheduled != null && inHand == null) {
            NodeOrder order = new NodeOrder.Restart(scheduled.conditions());
            inHand = new Entry(order, ticker.read(), Optional.empty(), Optional.empty(), new CompletableFuture<>());
            scheduled = null;
        }
    }

    /** The node has ended: nobody waits in vain. */
    void end() {
        synchronized (this) {
            over = true;
        }
        close(new OrderOutcome(Kind.FAILED, "the node has ended"));
    }
}
