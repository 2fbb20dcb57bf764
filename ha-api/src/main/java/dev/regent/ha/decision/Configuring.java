package dev.regent.ha.decision;

import java.util.Optional;

/** A changed cluster-wide configuration is taken over before anything else is done, unless that has just failed. */
final class Configuring {
    private Configuring() {}

    static Optional<Decision> decide(Snapshot now) {
        return now.unappliedConfig()
                .map(config -> Decision.of(new Operation.Configure(config), Reason.CONFIG_CHANGED))
                .filter(decision -> !Pacing.isResting(now, decision));
    }
}
