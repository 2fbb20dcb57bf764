package dev.regent.ha.decision;

import dev.regent.ha.spi.StopMode;
import java.time.Duration;

/** The store does not answer: a primary goes on while its session surely lasts, and not a moment longer. */
final class WhileBlind {
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

    private WhileBlind() {}

    static Decision decide(Snapshot now) {
        if (now.config().paused()) {
            return now.shuttingDown()
                    ? Decision.of(Action.FINISH, Reason.PAUSED)
                    : Decision.waiting(BETWEEN_ATTEMPTS, Reason.PAUSED);
        }
        if (now.database().mayAcceptWrites() && now.isSessionRunningOut()) {
            return Decision.of(new Operation.Stop(StopMode.IMMEDIATE), Reason.SESSION_RUNNING_OUT);
        }
        if (now.shuttingDown()) {
            return now.database().isRunning()
                    ? Decision.of(new Operation.Stop(StopMode.FAST), Reason.SHUTTING_DOWN)
                    : Decision.of(Action.FINISH, Reason.LEFT);
        }
        return Decision.waiting(
                BETWEEN_ATTEMPTS,
                now.database().mayAcceptWrites() ? Reason.STORE_UNREACHABLE_BUT_LEADING : Reason.STORE_UNREACHABLE);
    }
}
