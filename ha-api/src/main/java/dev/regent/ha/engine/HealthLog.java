package dev.regent.ha.engine;

import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.ServerHealth;
import dev.regent.ha.model.ServerHealth.Finding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log once what is wrong with the server or its storage, and once when it is well again. Used by the cycle's thread. */
final class HealthLog {
    private static final Logger LOG = LoggerFactory.getLogger(HealthLog.class);

    private final NodeName self;
    private Finding told = Finding.WELL;

    HealthLog(NodeName self) {
        this.self = self;
    }

    void saw(ServerHealth health) {
        if (health.finding() == told) {
            return;
        }
        told = health.finding();
        if (health.isWell()) {
            LOG.info("{}: server and storage are well again", self);
        } else {
            LOG.warn("{}: {}: {}", self, health.finding().label(), health.why());
        }
    }
}
