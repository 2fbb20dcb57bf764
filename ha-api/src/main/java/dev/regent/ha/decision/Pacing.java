package dev.regent.ha.decision;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What has just failed, or has just been done without visible effect, rests before it is repeated. Fencing never rests. */
final class Pacing {
    private Pacing() {}

    /** The decision, or the wait until what it begins has rested. */
    static Decision paced(Snapshot now, Decision decision) {
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

    /** Whether what the decision begins must rest. */
    static boolean isResting(Snapshot now, Decision decision) {
        return !paced(now, decision).equals(decision);
    }

    /** What the first rule says that need not rest, so that nothing that fails keeps the rest from being done. */
    static Optional<Decision> first(Snapshot now, List<Supplier<Optional<Decision>>> rules) {
        Optional<Decision> resting = Optional.empty();
        for (Supplier<Optional<Decision>> rule : rules) {
            Optional<Decision> said = rule.get();
            if (said.isPresent() && !isResting(now, said.get())) {
                return said;
            }
            resting = resting.isPresent() ? resting : said;
        }
        return resting;
    }
}
