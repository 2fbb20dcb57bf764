package dev.regent.ha.engine;

import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.spi.StopMode;

/**
 * A server that is being stopped at once, and does not end although it has long been killed: its processes wait for storage
 * that hangs. Nobody can say when they will, and none of them can do anything any more but end.
 */
final class StuckFence {
    private StuckFence() {}

    /** Whether a leader waits for such a server. It goes on to look, and does not prolong its leadership. */
    static boolean holds(Operations operations, Leadership leadership, HaConfig config) {
        return !leadership.left().isZero()
                && operations
                        .running()
                        .filter(StuckFence::isFence)
                        .filter(stop -> stop.elapsed().compareTo(config.ttl()) > 0)
                        .isPresent();
    }

    private static boolean isFence(RunningOperation running) {
        return running.operation() instanceof Operation.Stop stop && stop.mode() == StopMode.IMMEDIATE;
    }
}
