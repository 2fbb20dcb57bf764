package dev.regent.ha.engine;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.FailsafeMembers;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.spi.DcsException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The entry that names the members for failsafe mode, as its leader keeps it: who must be asked is whoever may stand in the
 * store, also by a write that was not answered and may still take effect. Used by the cycle's thread.
 */
final class FailsafeMap {
    private final Supplier<NodeSettings> node;
    private final ClusterStore store;
    private FailsafeMembers known = FailsafeMembers.NONE;
    private final Map<NodeName, String> unsettled = new TreeMap<>();
    private Optional<Long> unsettledAt = Optional.empty();

    FailsafeMap(Supplier<NodeSettings> node, ClusterStore store) {
        this.node = node;
        this.store = store;
    }

    /** The store has answered; a write that expected another revision than this one comes too late for good. */
    void seen(ClusterView view) {
        known = view.failsafe();
        if (!known.revision().equals(unsettledAt)) {
            unsettled.clear();
        }
    }

    /** Whom the last leader, which is this node, wrote down. */
    FailsafeMembers known() {
        return known;
    }

    /** Who must let this primary go on; absent when the entry does not keep everybody else from leading. */
    Optional<Map<NodeName, String>> toAsk() {
        if (!known.contains(node.get().name())) {
            return Optional.empty();
        }
        Map<NodeName, String> all = new TreeMap<>(unsettled);
        all.putAll(known.urls());
        all.remove(node.get().name());
        return Optional.of(all);
    }

    /** Writes the entry if members have come or gone. */
    void update(ClusterView view) throws DcsException {
        Map<NodeName, String> wanted = wanted(view);
        if (wanted.equals(view.failsafe().urls()) && unsettled.isEmpty()) {
            return;
        }
        unsettled.putAll(wanted);
        unsettledAt = view.failsafe().revision();
        if (store.publishFailsafe(wanted, view.failsafe())) {
            unsettled.clear();
            known = new FailsafeMembers(wanted, Optional.empty());
        }
    }

    private Map<NodeName, String> wanted(ClusterView view) {
        Map<NodeName, String> wanted = new TreeMap<>();
        for (Member member : view.members().values()) {
            member.apiUrl().ifPresent(url -> wanted.put(member.name(), url));
        }
        node.get().apiUrl().ifPresent(url -> wanted.put(node.get().name(), url));
        return wanted;
    }
}
