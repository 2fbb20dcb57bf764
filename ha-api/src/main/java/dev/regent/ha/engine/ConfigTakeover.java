package dev.regent.ha.engine;

import dev.regent.ha.decision.Knowledge;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.spi.ManagedDatabase;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Which cluster-wide configuration the server has taken over. Used by the cycle's thread, except for {@link #again}. */
final class ConfigTakeover {
    private final Operations operations;
    private final AtomicBoolean again = new AtomicBoolean();
    private @Nullable DynamicConfig applied;
    private @Nullable DynamicConfig applying;

    ConfigTakeover(Operations operations) {
        this.operations = operations;
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
        return knowledge instanceof Knowledge.Seen seen
                ? seen.view().config().filter(present -> !present.equals(applied))
                : Optional.empty();
    }

    /** A cluster that has lost its configuration gets back the one that its leader's server was last given. */
    NodeSettings settings(NodeSettings node, Knowledge knowledge, ManagedDatabase database) {
        boolean lost = knowledge instanceof Knowledge.Seen seen
                && seen.view().isInitialized()
                && seen.view().config().isEmpty();
        Optional<DynamicConfig> last = lost ? database.lastConfig() : Optional.empty();
        return last.map(node::withNewClusterConfig).orElse(node);
    }
}
