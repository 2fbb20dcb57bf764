package dev.regent.ha.decision;

import dev.regent.ha.decision.OrderOutcome.Kind;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Role;
import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.util.Optional;

/**
 * What a person asks of this node: to restart its server, or to copy its data anew. The server is stopped for it, or the data
 * given up; the rules of each situation do the rest, since a server that is down is started and missing data is copied.
 */
final class ByOrder {
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private ByOrder() {}

    /** What has become of the order in hand; empty while that is open. */
    static Optional<Decision> outcome(Snapshot now, ClusterView view) {
        if (now.orders().inHand().isEmpty()) {
            return Optional.empty();
        }
        OrderInHand inHand = now.orders().inHand().get();
        Optional<OrderOutcome> outcome =
                inHand.order() instanceof NodeOrder.Restart ? ofRestart(now, inHand) : ofCopy(now, view, inHand);
        return outcome.map(ByOrder::close);
    }

    private static Optional<OrderOutcome> ofRestart(Snapshot now, OrderInHand inHand) {
        if (!inHand.isBegun()) {
            return Optional.empty();
        }
        if (hasRestarted(now.database(), inHand)) {
            return Optional.of(OrderOutcome.of(Kind.DONE));
        }
        if (!now.database().hasUsableData()) {
            return Optional.of(new OrderOutcome(Kind.FAILED, "there is no usable data"));
        }
        Optional<FinishedOperation> stopped = inHand.done(now, Operation.Stop.class);
        Optional<String> error = stopped.flatMap(FinishedOperation::error)
                .or(() -> inHand.done(now, Operation.StartPrimary.class).flatMap(FinishedOperation::error))
                .or(() -> inHand.done(now, Operation.StartStandby.class).flatMap(FinishedOperation::error));
        if (error.isPresent()) {
            return Optional.of(new OrderOutcome(Kind.FAILED, error.get()));
        }
        boolean late = stopped.filter(stop -> stop.ago().compareTo(startTimeout(now)) > 0)
                .isPresent();
        return late ? Optional.of(OrderOutcome.of(Kind.STILL_STARTING)) : Optional.empty();
    }

    private static boolean hasRestarted(DatabaseStatus database, OrderInHand inHand) {
        Optional<String> startedAt = database.facts().postmasterStartTime();
        return (database.is(ServerState.PRIMARY) || database.is(ServerState.STANDBY))
                && startedAt.isPresent()
                && !startedAt.equals(inHand.begun().orElseThrow().serverStartedAt());
    }

    private static Optional<OrderOutcome> ofCopy(Snapshot now, ClusterView view, OrderInHand inHand) {
        if (isCopied(now, inHand) && now.database().hasUsableData()) {
            return now.database().isRunning() || !now.config().paused()
                    ? Optional.of(OrderOutcome.of(Kind.DONE))
                    : Optional.empty();
        }
        if (!now.database().hasUsableData() && inHand.isBegun()) {
            return Optional.empty();
        }
        // As long as the data is there it may be the last that is any good
        if (view.isVacant()) {
            return Optional.of(OrderOutcome.of(Kind.NO_LEADER));
        }
        if (view.isLedBy(now.self())) {
            return Optional.of(OrderOutcome.of(Kind.I_LEAD));
        }
        return inHand.done(now, Operation.Stop.class)
                .or(() -> inHand.done(now, Operation.Discard.class))
                .flatMap(FinishedOperation::error)
                .map(error -> new OrderOutcome(Kind.FAILED, error));
    }

    private static boolean isCopied(Snapshot now, OrderInHand inHand) {
        return inHand.done(now, Operation.Clone.class)
                .or(() -> inHand.done(now, Operation.Restore.class))
                .filter(copy -> !copy.isFailure())
                .isPresent();
    }

    /** What the order, or the schedule, wants done next; empty when the rules of the situation see to it. */
    static Optional<Decision> nextStep(Snapshot now, ClusterView view) {
        Optional<OrderInHand> inHand = now.orders().inHand();
        if (inHand.isEmpty()) {
            return RestartSchedule.decide(now, view);
        }
        return inHand.get().isBegun() ? carryOut(now, inHand.get()) : begin(now, view, inHand.get());
    }

    private static Optional<Decision> begin(Snapshot now, ClusterView view, OrderInHand inHand) {
        boolean refused = inHand.order() instanceof NodeOrder.Restart restart
                && !restart.conditions()
                        .areMet(
                                role(now, view),
                                now.database().facts().serverVersion(),
                                now.database().facts().pendingRestart().isDue());
        if (refused) {
            return Optional.of(close(OrderOutcome.of(Kind.CONDITIONS_NOT_MET)));
        }
        if (now.database().mayAcceptWrites() && !view.isLedBy(now.self())) {
            return Optional.of(close(new OrderOutcome(Kind.FAILED, Reason.NOT_THE_LEADER.text())));
        }
        return SynchronousDuty.beforeStop(now, view, inHand.age())
                .or(() -> Optional.of(Decision.of(new OrderStep.Begin(), Reason.ORDERED)));
    }

    private static Optional<Decision> carryOut(Snapshot now, OrderInHand inHand) {
        boolean copies = inHand.order() instanceof NodeOrder.Reinitialize;
        if (inHand.done(now, Operation.Stop.class).isEmpty() && now.database().isRunning()) {
            return Optional.of(
                    Decision.of(new Operation.Stop(copies ? StopMode.IMMEDIATE : StopMode.GRACEFUL), Reason.ORDERED));
        }
        boolean giveUp =
                copies && now.database().hasUsableData() && !now.database().isRunning() && !isCopied(now, inHand);
        return giveUp ? Optional.of(Decision.of(new Operation.Discard(), Reason.ORDERED)) : Optional.empty();
    }

    private static Role role(Snapshot now, ClusterView view) {
        if (!now.database().standbyData()) {
            return Role.PRIMARY;
        }
        return view.isLedBy(now.self()) ? Role.STANDBY_LEADER : Role.REPLICA;
    }

    /** An operation is under way when the order comes: what takes a moment is waited for, anything else must be finished. */
    static Optional<Decision> whileBusy(Snapshot now, RunningOperation running) {
        Optional<OrderInHand> waiting = now.orders().inHand().filter(order -> !order.isBegun());
        if (waiting.isEmpty() || running.operation().isAdjustment()) {
            return Optional.empty();
        }
        boolean force = waiting.get().order() instanceof NodeOrder.Reinitialize copy && copy.force();
        if (!force) {
            return Optional.of(
                    close(new OrderOutcome(Kind.BUSY, running.operation().label())));
        }
        return running.is(Operation.Stop.class)
                ? Optional.empty()
                : Optional.of(Decision.of(Action.CANCEL_OPERATION, Reason.ORDERED));
    }

    /** Nobody waits for an answer until the store is back. */
    static Optional<Decision> whileBlind(Snapshot now) {
        return now.orders()
                .inHand()
                .filter(order -> !order.isBegun())
                .map(order -> close(new OrderOutcome(Kind.FAILED, Reason.STORE_UNREACHABLE.text())));
    }

    /** Whether a server that is down is to be started even though the cluster is paused. */
    static boolean bringsBack(Snapshot now) {
        return now.orders().inHand().filter(OrderInHand::isBegun).isPresent();
    }

    /** How long the server may take to start before others may take over. */
    static Duration startTimeout(Snapshot now) {
        return now.orders()
                .restartUnderWay()
                .flatMap(restart -> restart.conditions().timeout())
                .orElse(now.config().primaryStartTimeout());
    }

    /** The decision; one that does nothing is looked at again soon while an order is in hand, so that its end is not missed. */
    static Decision watched(Snapshot now, Decision decision) {
        boolean waits =
                decision.action() instanceof Action.Wait wait && wait.atMost().compareTo(GLANCE) > 0;
        return waits && bringsBack(now)
                ? new Decision(new Action.Wait(GLANCE), decision.reason(), decision.detail())
                : RestartSchedule.awaited(now, decision);
    }

    private static Decision close(OrderOutcome outcome) {
        return new Decision(new OrderStep.Close(outcome), Reason.ORDER_DONE, outcome.toString());
    }
}
