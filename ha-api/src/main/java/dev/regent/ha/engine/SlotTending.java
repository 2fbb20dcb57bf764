package dev.regent.ha.engine;

import dev.regent.ha.decision.Pledge;
import dev.regent.ha.decision.Slots;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.SlotCare;
import dev.regent.ha.spi.ManagedDatabase;
import java.time.Duration;

/**
 * Has the server's replication slots keep pace with those of the leader, as often as the leader tells of them; what had no
 * effect is tried again after a loop wait. Also without the store, as long as a primary tells of its slots itself. Used by the
 * cycle's thread.
 */
final class SlotTending {
    private final ManagedDatabase database;
    private final Ticker ticker;
    private SlotCare last = SlotCare.NONE;
    private Duration lastAt = Duration.ZERO;

    SlotTending(ManagedDatabase database, Ticker ticker) {
        this.database = database;
        this.ticker = ticker;
    }

    void tend(Snapshot now) {
        ClusterView view =
                Pledge.appliedTo(now.knowledge().lastView(), now.failsafe().pledge());
        SlotCare care = Slots.care(now, view);
        boolean rested = ticker.read().minus(lastAt).compareTo(now.config().loopWait()) >= 0;
        if (care.equals(SlotCare.NONE) || (care.equals(last) && !rested)) {
            return;
        }
        last = care;
        lastAt = ticker.read();
        database.tendSlots(care);
    }
}
