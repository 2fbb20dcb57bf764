package dev.regent.ha.decision;

import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.util.Optional;

/**
 * The store does not answer: a primary goes on while its session surely lasts, or as long as all members let it, and not a
 * moment longer.
 */
final class WhileBlind {
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

    private WhileBlind() {}

    static Decision decide(Snapshot now) {
        Optional<Decision> refused = ByOrder.whileBlind(now);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (now.config().paused()) {
            return now.shuttingDown()
                    ? Decision.of(Action.FINISH, Reason.PAUSED)
                    : Decision.waiting(BETWEEN_ATTEMPTS, Reason.PAUSED);
        }
        if (now.database().mayAcceptWrites() && now.isSessionRunningOut()) {
            Operation stop = new Operation.Stop(StopMode.IMMEDIATE);
            return now.failsafe()
                    .objection()
                    .map(objection -> new Decision(stop, Reason.NOT_ALL_MEMBERS_AGREE, objection))
                    .orElse(Decision.of(stop, Reason.SESSION_RUNNING_OUT));
        }
        if (now.shuttingDown()) {
            return now.database().isRunning()
                    ? Decision.of(new Operation.Stop(StopMode.FAST), Reason.SHUTTING_DOWN)
                    : Decision.of(Action.FINISH, Reason.LEFT);
        }
        if (!now.database().mayAcceptWrites()) {
            return Decision.waiting(BETWEEN_ATTEMPTS, Reason.STORE_UNREACHABLE);
        }
        return Decision.waiting(
                BETWEEN_ATTEMPTS,
                now.failsafe().byMembers() ? Reason.ALL_MEMBERS_AGREE : Reason.STORE_UNREACHABLE_BUT_LEADING);
    }
}
