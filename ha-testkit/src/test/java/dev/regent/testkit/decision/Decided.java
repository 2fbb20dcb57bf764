package dev.regent.testkit.decision;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.StandardElection;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.StopMode;

/** Words for tests of decisions. */
final class Decided {
    static final Operation PROMOTE = new Operation.Promote();
    static final Operation START_PRIMARY = new Operation.StartPrimary();
    static final Action CLAIM_VACANT = new Action.ClaimLeadership(dev.regent.ha.spi.Expected.ABSENT);

    private static final Decider DECIDER = new Decider(StandardElection.policy());

    private Decided() {}

    static Decision decide(SnapshotBuilder now) {
        return DECIDER.decide(now.build());
    }

    static Decision stop(StopMode mode, Reason reason) {
        return Decision.of(new Operation.Stop(mode), reason);
    }

    /** Waiting for this reason, however long and whatever is said besides. */
    static boolean waits(Decision decision, Reason reason) {
        return decision.action() instanceof Action.Wait && decision.reason() == reason;
    }

    static Upstream upstream(String name) {
        return new Upstream(NodeName.of(name), new Address(name, 5432));
    }
}
