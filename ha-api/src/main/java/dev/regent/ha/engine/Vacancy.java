package dev.regent.ha.engine;

import dev.regent.ha.decision.Knowledge;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Since when this node has seen nobody lead. Used by the cycle's thread. */
final class Vacancy {
    private final Ticker ticker;
    private @Nullable Duration since;

    Vacancy(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Zero when somebody leads, or nothing is seen. */
    Duration lastsFor(Knowledge knowledge) {
        if (!(knowledge instanceof Knowledge.Seen seen) || !seen.view().isVacant()) {
            since = null;
            return Duration.ZERO;
        }
        Duration time = ticker.read();
        if (since == null) {
            since = time;
        }
        return time.minus(since);
    }
}
