package dev.regent.testkit.sim;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.SyncState;

/** Views of the cluster that lack something, for simulations without a protection. */
final class Views {
    private Views() {}

    static ClusterView withoutSync(ClusterView view) {
        return new ClusterView(
                view.initialization(),
                view.config(),
                view.leader(),
                view.members(),
                view.status(),
                view.failoverRequest(),
                SyncState.NONE,
                view.history(),
                view.failsafe());
    }
}
