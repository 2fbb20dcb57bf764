package dev.regent.ha.engine;

import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.DcsException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Since when the store does not answer, told once when it begins and once when it ends. Used by the cycle's thread. */
final class StoreContact {
    private static final Logger LOG = LoggerFactory.getLogger(StoreContact.class);

    private final NodeName self;
    private final Ticker ticker;
    private final Consumer<HaEvent> events;
    private @Nullable Duration lostAt;

    StoreContact(NodeName self, Ticker ticker, Consumer<HaEvent> events) {
        this.self = self;
        this.ticker = ticker;
        this.events = events;
    }

    void lost(DcsException why) {
        if (lostAt == null) {
            lostAt = ticker.read();
            LOG.warn("{}: the store does not answer, trying again: {}", self, why.getMessage());
            events.accept(new HaEvent.StoreLost(self, String.valueOf(why.getMessage())));
        }
    }

    void found() {
        if (lostAt != null) {
            lostAt = null;
            LOG.info("{}: the store answers again", self);
            events.accept(new HaEvent.StoreFound(self));
        }
    }

    Duration lostFor() {
        return lostAt == null ? Duration.ZERO : ticker.read().minus(lostAt);
    }
}
