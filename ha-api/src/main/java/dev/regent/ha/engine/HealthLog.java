package dev.regent.ha.engine;

import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.ServerHealth;
import dev.regent.ha.model.ServerHealth.Finding;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log and listeners once what is wrong with the server or its storage, and once when it is well again. Used by the
 * cycle's thread.
 */
final class HealthLog {
    private static final Logger LOG = LoggerFactory.getLogger(HealthLog.class);

    private final NodeName self;
    private final Consumer<HaEvent> events;
    private Finding told = Finding.WELL;

    HealthLog(NodeName self, Consumer<HaEvent> events) {
        this.self = self;
        this.events = events;
    }

    void saw(ServerHealth health) {
        if (health.finding() == told) {
            return;
        }
        told = health.finding();
        events.accept(new HaEvent.HealthChanged(self, health));
        if (health.isWell()) {
            LOG.info("{}: server and storage are well again", self);
        } else {
            LOG.warn("{}: {}: {}", self, health.finding().label(), health.why());
        }
    }
}
