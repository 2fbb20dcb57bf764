package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.ScheduledRestart;
import java.time.Duration;
import java.util.Optional;

/** A restart that is to happen at a time of day: not while the cluster is paused, and not if the server was restarted since. */
final class RestartSchedule {
    private static final int STALE_AFTER_HALF_LOOP_WAITS = 3;

    private RestartSchedule() {}

    static Optional<Decision> decide(Snapshot now, ClusterView view) {
        if (now.orders().scheduled().isEmpty() || now.config().paused() || view.isVacant()) {
            return Optional.empty();
        }
        ScheduledRestart scheduled = now.orders().scheduled().get();
        if (hasRestarted(now, scheduled)) {
            return drop(Reason.SCHEDULED_RESTART_OVERTAKEN);
        }
        Duration left = Duration.between(now.now(), scheduled.at());
        Duration tolerated = now.config()
                .loopWait()
                .multipliedBy(STALE_AFTER_HALF_LOOP_WAITS)
                .dividedBy(2);
        if (left.plus(tolerated).isNegative()) {
            return drop(Reason.SCHEDULED_RESTART_STALE);
        }
        return isPositive(left)
                ? Optional.empty()
                : Optional.of(Decision.of(new OrderStep.BeginScheduled(), Reason.SCHEDULED_RESTART_DUE));
    }

    private static boolean hasRestarted(Snapshot now, ScheduledRestart scheduled) {
        Optional<String> startedAt = now.database().facts().postmasterStartTime();
        return startedAt.isPresent() && !startedAt.equals(scheduled.serverStartedAt());
    }

    /** The decision; a wait ends when the restart is due. */
    static Decision awaited(Snapshot now, Decision decision) {
        if (now.orders().scheduled().isEmpty() || now.config().paused()) {
            return decision;
        }
        Duration left =
                Duration.between(now.now(), now.orders().scheduled().get().at());
        return decision.action() instanceof Action.Wait wait && isPositive(left) && left.compareTo(wait.atMost()) < 0
                ? new Decision(new Action.Wait(left), decision.reason(), decision.detail())
                : decision;
    }

    private static boolean isPositive(Duration left) {
        return !left.isNegative() && !left.isZero();
    }

    private static Optional<Decision> drop(Reason reason) {
        return Optional.of(Decision.of(new OrderStep.DropScheduled(), reason));
    }
}
