package dev.regent.postgres;

import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.ReplicationSlot.Trait;
import dev.regent.ha.model.SlotCare;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.SlotKind;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.DatabaseException;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that is done about a server's replication slots. Shown by any thread, changed by one, tended by one. */
final class SlotUpkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlotUpkeep.class);

    private final Slots slots;
    private final SlotCopies copies;
    private final SlotSafety safety;
    private final SlotTending tending;
    private final Restarting restarting;
    private volatile Map<String, ReplicationSlot> lastShown = Map.of();

    SlotUpkeep(SlotCopies copies, Login login, IntSupplier port, Restarting restarting) {
        this.copies = copies;
        this.restarting = restarting;
        slots = new Slots(login, port);
        safety = new SlotSafety(login);
        tending = new SlotTending(login, port, safety);
    }

    Map<String, ReplicationSlot> shown(Observation seen) {
        Map<String, ReplicationSlot> marked = tending.marked(seen.slots());
        if (seen.server().inRecovery()) {
            marked = safety.marked(marked, seen.server().startTime());
        }
        lastShown = marked;
        return marked;
    }

    void change(SlotChanges changes) throws DatabaseException {
        try {
            slots.change(changes);
        } finally {
            tending.forget(changes.drop());
        }
    }

    void copy(Upstream primary, Map<String, SlotKind.Logical> wanted) throws DatabaseException, InterruptedException {
        Map<String, SlotCopies.Copied> states = copies.withWalHere(copies.fetch(primary, wanted));
        if (states.isEmpty()) {
            return;
        }
        copies.requireRoom(states);
        tending.close();
        restarting.around(() -> copies.install(states));
        safety.forget(states.keySet());
        tending.forget(states.keySet());
        LOG.info("Copied the logical slots {} from {}", states.keySet(), primary.name());
    }

    void tend(SlotCare care) {
        tending.begin(care);
    }

    /** Nothing is advanced any more; a slot that may not be usable is no reason not to be promoted. */
    void beforePromotion() {
        tending.close();
        TreeSet<String> unsafe = new TreeSet<>();
        lastShown.forEach((name, slot) -> {
            if (slot.is(Trait.UNSAFE)) {
                unsafe.add(name);
            }
        });
        if (!unsafe.isEmpty()) {
            LOG.warn(
                    "Logical slots whose consumers may not be able to go on after this promotion, since the last primary"
                            + " may have removed rows that they need: {}",
                    unsafe);
        }
    }

    @Override
    public void close() {
        tending.close();
    }
}
