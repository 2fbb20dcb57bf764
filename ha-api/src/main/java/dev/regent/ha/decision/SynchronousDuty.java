package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SyncState;
import java.time.Duration;
import java.util.Optional;

/**
 * A standby that commits wait for is not stopped before somebody else is waited for, or nobody: it asks to be let off, and the
 * leader sees to it. It does not wait for ever: without another standby a strict leader cannot let it off.
 */
final class SynchronousDuty {
    private static final Duration GLANCE = Duration.ofSeconds(1);
    private static final int LOOP_WAITS_TO_WAIT = 2;

    private SynchronousDuty() {}

    /** Whether the node asks to be let off. */
    static boolean isBeingLaidDown(Snapshot now) {
        boolean stops = now.shuttingDown() || now.orders().inHand().isPresent();
        return stops
                && now.config().isSynchronous()
                && !now.node().tags().nosync()
                && !now.knowledge().lastView().isLedBy(now.self());
    }

    /** The wait for being let off, by a node that was told to stop so long ago. */
    static Optional<Decision> beforeStop(Snapshot now, ClusterView view, Duration toldAgo) {
        Duration patience = now.config().loopWait().multipliedBy(LOOP_WAITS_TO_WAIT);
        return isBeingLaidDown(now)
                        && !now.database().mayAcceptWrites()
                        && isOnDuty(now, view)
                        && toldAgo.compareTo(patience) < 0
                ? Optional.of(Decision.waiting(GLANCE, Reason.LEAVING_SYNCHRONOUS_DUTY))
                : Optional.empty();
    }

    private static boolean isOnDuty(Snapshot now, ClusterView view) {
        SyncState sync = view.sync();
        Optional<NodeName> leader = view.leader().map(entry -> entry.name());
        return leader.isPresent()
                && sync.leader()
                        .filter(name -> name.matches(leader.get().value()))
                        .isPresent()
                && sync.standbys().stream()
                        .anyMatch(standby -> standby.matches(now.self().value()));
    }
}
