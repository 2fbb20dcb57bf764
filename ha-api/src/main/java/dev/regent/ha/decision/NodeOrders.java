package dev.regent.ha.decision;

import dev.regent.ha.model.ScheduledRestart;
import java.time.Duration;
import java.util.Optional;

/**
 * What people ask of this node and has not come about yet. Immutable.
 *
 * @param leavingFor how long ago the node was told to leave the cluster
 */
public record NodeOrders(
        Optional<Duration> leavingFor, Optional<OrderInHand> inHand, Optional<ScheduledRestart> scheduled) {
    public static final NodeOrders NONE = new NodeOrders(Optional.empty(), Optional.empty(), Optional.empty());

    /** The restart under way; absent until it is begun. */
    Optional<NodeOrder.Restart> restartUnderWay() {
        return begun(NodeOrder.Restart.class);
    }

    /** The copy that is under way, or about to begin; absent until the node has set about it. */
    Optional<NodeOrder.Reinitialize> copyUnderWay() {
        return begun(NodeOrder.Reinitialize.class);
    }

    public boolean isRestarting() {
        return restartUnderWay().isPresent();
    }

    private <T extends NodeOrder> Optional<T> begun(Class<T> kind) {
        return inHand.filter(OrderInHand::isBegun)
                .map(OrderInHand::order)
                .filter(kind::isInstance)
                .map(kind::cast);
    }
}
