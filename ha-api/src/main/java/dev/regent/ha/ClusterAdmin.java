package dev.regent.ha;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regent.ha.engine.ClusterStore;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Asks a cluster for something through its store, from anywhere: no node is needed in this process. Requests are written;
 * the members carry them out, and say in the store what became of them. Thread-safe.
 */
public final class ClusterAdmin {
    private final ClusterStore store;

    private ClusterAdmin(ClusterStore store) {
        this.store = store;
    }

    /** For the cluster whose prefix the store was opened for; the store stays the caller's to close. */
    public static ClusterAdmin of(Dcs dcs) {
        return new ClusterAdmin(new ClusterStore(dcs));
    }

    public ClusterView view() throws DcsException {
        return store.read(Optional.empty());
    }

    /** Asks the leader to hand over, to the candidate if one is named, at once or at the given time. */
    public void requestSwitchover(NodeName leader, Optional<NodeName> candidate, Optional<OffsetDateTime> at)
            throws DcsException {
        store.request(new FailoverRequest(Optional.of(leader), candidate, at, 0));
    }

    /** Asks the candidate to lead, whoever leads now, also where that may lose commits that no standby has confirmed. */
    public void requestFailover(NodeName candidate) throws DcsException {
        store.request(new FailoverRequest(Optional.empty(), Optional.of(candidate), Optional.empty(), 0));
    }

    /** Takes a pending request back; false when there is none, or it has just been taken up. */
    public boolean cancelRequest() throws DcsException {
        Optional<FailoverRequest> pending = view().failoverRequest();
        return pending.isPresent() && store.consumeRequest(pending.get().revision());
    }

    /** Takes back this request, as it was read from the store; false when it has changed or was taken up meanwhile. */
    public boolean cancel(FailoverRequest request) throws DcsException {
        return store.consumeRequest(request.revision());
    }

    /**
     * Lays the patch over the cluster-wide configuration and returns the result; absent when somebody else changed it
     * meanwhile, so that it should be tried again, or when there is none.
     */
    public Optional<DynamicConfig> changeConfig(JsonNode patch) throws DcsException {
        return store.changeConfig(config -> config.patched(patch));
    }

    /** Makes this the cluster-wide configuration, whatever it was; nothing is written when it says the same. */
    public void replaceConfig(JsonNode config) throws DcsException {
        store.replaceConfig(config);
    }
}
