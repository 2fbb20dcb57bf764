package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.Initialization;
import dev.regent.ha.spi.StopMode;

/** An operation on the server is under way: let it go on, unless it has lost its purpose. */
final class WhileBusy {
    private WhileBusy() {}

    static Decision decide(Snapshot now, RunningOperation running) {
        if (running.cancelled()) {
            return Decision.waiting(
                    Reason.OPERATION_UNDER_WAY, running.operation().label());
        }
        if (!isFence(running) && mustFence(now, running)) {
            return Decision.of(Action.CANCEL_OPERATION, Reason.LEADERSHIP_LOST);
        }
        if (now.shuttingDown() && !running.is(Operation.Stop.class)) {
            return Decision.of(Action.CANCEL_OPERATION, Reason.SHUTTING_DOWN);
        }
        if (!isFence(running) && UnfitLeader.isHeldUp(now)) {
            return Decision.of(Action.CANCEL_OPERATION, Reason.UNFIT_TO_LEAD);
        }
        if (running.is(Operation.CreateCluster.class) && hasLostTheRightToCreate(now)) {
            return Decision.of(Action.CANCEL_OPERATION, Reason.OPERATION_TOO_LATE);
        }
        if (running.opensForWrites() && now.config().isStandbyCluster()) {
            return Decision.of(Action.CANCEL_OPERATION, Reason.OPERATION_TOO_LATE);
        }
        if (running.is(Operation.StartPrimary.class) && !now.config().paused() && takesTooLong(now, running)) {
            return Decision.of(Action.CANCEL_OPERATION, Reason.START_TAKES_TOO_LONG);
        }
        if (running.is(Operation.StartPrimary.class)
                && !now.config().paused()
                && now.knowledge() instanceof Knowledge.Seen seen
                && seen.view().isLedBy(now.self())
                && Handover.cutsStartShort(now, seen.view())) {
            return Decision.of(Action.CANCEL_OPERATION, Reason.HANDING_OVER);
        }
        return WhileStopping.decide(now, running)
                .or(() -> ByOrder.whileBusy(now, running))
                .orElse(Decision.waiting(
                        Reason.OPERATION_UNDER_WAY, running.operation().label()));
    }

    private static boolean isFence(RunningOperation running) {
        return running.operation() instanceof Operation.Stop stop && stop.mode() == StopMode.IMMEDIATE;
    }

    /** The server accepts writes, or is about to, and this node is not sure to lead. */
    private static boolean mustFence(Snapshot now, RunningOperation running) {
        boolean writes = now.database().mayAcceptWrites() || running.opensForWrites();
        return writes && !now.isSureToLead() && !isWaitingForNobody(now);
    }

    /** In a paused cluster a primary stays one whatever the store says. */
    private static boolean isWaitingForNobody(Snapshot now) {
        return now.config().paused();
    }

    private static boolean hasLostTheRightToCreate(Snapshot now) {
        return now.knowledge() instanceof Knowledge.Seen seen
                && seen.view().initialization().filter(Initialization::ours).isEmpty();
    }

    private static boolean takesTooLong(Snapshot now, RunningOperation running) {
        ClusterView view = now.knowledge().lastView();
        return running.elapsed().compareTo(ByOrder.startTimeout(now)) > 0 && Successors.exist(now, view);
    }
}
