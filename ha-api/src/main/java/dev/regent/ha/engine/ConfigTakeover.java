package dev.regent.ha.engine;

import dev.regent.ha.decision.Knowledge;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.spi.ManagedDatabase;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Which cluster-wide configuration the server has taken over. Used by the cycle's thread, except for {@link #again}. */
final class ConfigTakeover {
    private final Operations operations;
    private final AtomicBoolean again = new AtomicBoolean();
    private final ConfigComplaints complaints;
    private @Nullable DynamicConfig applied;
    private @Nullable DynamicConfig applying;
    private @Nullable DynamicConfig seen;

    ConfigTakeover(NodeName self, Operations operations) {
        this.operations = operations;
        this.complaints = new ConfigComplaints(self);
    }

    /** What follows from the configuration; what is wrong with it is told. */
    HaConfig adopt(DynamicConfig config) {
        complaints.adopt(config);
        return HaConfig.from(config);
    }

    void begins(DynamicConfig config) {
        applying = config;
    }

    /** Whatever was taken over is to be taken over once more: the server's own settings have changed. Any thread. */
    void again() {
        again.set(true);
    }

    /** Must be called before anything else is begun. */
    void noteEnd() {
        if (again.getAndSet(false)) {
            applied = null;
            applying = null;
        }
        if (applying == null || operations.running().isPresent()) {
            return;
        }
        var last = Optional.ofNullable(operations.finished().get(Operation.Configure.class));
        if (last.isPresent() && !last.get().isFailure()) {
            applied = applying;
        }
        applying = null;
    }

    /** The configuration that the store holds and the server has not. */
    Optional<DynamicConfig> due(Knowledge knowledge) {
        return knowledge instanceof Knowledge.Seen looked
                ? looked.view().config().filter(present -> !present.equals(applied))
                : Optional.empty();
    }

    /** A cluster that has lost its configuration gets back the one that its leader has last seen, or its server was last given. */
    NodeSettings settings(NodeSettings node, Knowledge knowledge, ManagedDatabase database) {
        seen = knowledge.lastView().config().orElse(seen);
        boolean lost = knowledge instanceof Knowledge.Seen looked
                && looked.view().isInitialized()
                && looked.view().config().isEmpty();
        Optional<DynamicConfig> last = lost ? Optional.ofNullable(seen).or(database::lastConfig) : Optional.empty();
        return last.map(node::withNewClusterConfig).orElse(node);
    }
}
