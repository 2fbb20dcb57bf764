package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.spi.ElectionPolicy;
import java.util.Optional;

/**
 * The table of contents of high availability: which situation a node is in. In each situation the first rule that applies
 * wins. Pure: no clock, no I/O, nothing that changes. Immutable.
 */
public final class Decider {
    private final AsCandidate asCandidate;

    public Decider(ElectionPolicy election) {
        this.asCandidate = new AsCandidate(election);
    }

    /** The one thing that the node should do next. */
    public Decision decide(Snapshot now) {
        return paced(now, decideAtOnce(now));
    }

    private Decision decideAtOnce(Snapshot now) {
        if (now.operation().isPresent()) {
            return WhileBusy.decide(now, now.operation().get());
        }
        if (now.knowledge() instanceof Knowledge.Seen seen) {
            return whileSeeing(now, seen.view());
        }
        return WhileBlind.decide(now);
    }

    private Decision whileSeeing(Snapshot now, ClusterView view) {
        if (now.shuttingDown()) {
            return WhileShuttingDown.decide(now, view);
        }
        if (!now.database().hasUsableData()) {
            return WithoutData.decide(now, view);
        }
        Optional<Decision> foreign = Belonging.decide(now, view);
        if (foreign.isPresent()) {
            return foreign.get();
        }
        if (now.config().paused()) {
            return WhilePaused.decide(now, view);
        }
        if (view.isLedBy(now.self())) {
            return AsLeader.decide(now, view);
        }
        return view.isVacant() ? asCandidate.decide(now, view) : AsFollower.decide(now, view);
    }

    /** What has just failed, or has just been done without visible effect, is not repeated at once. Fencing never waits. */
    private static Decision paced(Snapshot now, Decision decision) {
        if (!(decision.action() instanceof Operation operation) || operation instanceof Operation.Stop) {
            return decision;
        }
        Optional<FinishedOperation> last = now.last(operation.getClass());
        if (last.isEmpty()) {
            return decision;
        }
        FinishedOperation before = last.get();
        if (before.isTooEarlyToRetry()) {
            return new Decision(
                    new Action.Wait(before.pauseLeft()),
                    Reason.RETRYING_SOON,
                    operation.label() + ": " + before.error().orElse(""));
        }
        boolean inVain = operation.isAdjustment() && before.operation().equals(operation) && !before.isFailure();
        return inVain && !now.isBeyondLoopWait(before.ago())
                ? Decision.waiting(Reason.SETTLING, operation.label())
                : decision;
    }
}
