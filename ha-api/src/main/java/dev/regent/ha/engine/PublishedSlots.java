package dev.regent.ha.engine;

import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.ClusterStatus;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.PermanentSlots;
import dev.regent.ha.model.SlotKind;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a leader tells of its replication slots: where they are, so that others can advance theirs, and whose are to outlive
 * their member for a while, so that it can come back without being copied anew. Used by the cycle's thread.
 */
final class PublishedSlots {
    private final Ticker ticker;
    private final Map<String, Duration> seen = new TreeMap<>();

    PublishedSlots(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Another node leads: what this one has seen is old when it leads again. */
    void forget() {
        seen.clear();
    }

    ClusterStatus status(Snapshot now, ClusterView view, Lsn position) {
        PermanentSlots permanent = PermanentSlots.in(view.config().orElse(DynamicConfig.EMPTY));
        Map<String, Lsn> slots = new TreeMap<>(now.database().slotPositions());
        if (now.config().memberSlotsTtl().isZero()) {
            slots.keySet().retainAll(permanent.slots().keySet());
        }
        String own = now.self().slotName();
        slots.put(own, position);
        return new ClusterStatus(position, slots, retained(now, view, slots.keySet(), permanent));
    }

    private Set<String> retained(Snapshot now, ClusterView view, Set<String> published, PermanentSlots permanent) {
        Duration time = ticker.read();
        if (seen.isEmpty()) {
            view.status().retainSlots().forEach(slot -> seen.put(slot, time));
        }
        for (Member member : view.members().values()) {
            String slot = member.name().slotName();
            PermanentSlots.Configured configured = permanent.slots().get(slot);
            boolean permanently = configured != null && configured.kind().equals(SlotKind.physical());
            if (published.contains(slot) && !member.tags().nostream() && !permanently) {
                seen.put(slot, time);
            }
        }
        seen.values().removeIf(last -> time.minus(last).compareTo(now.config().memberSlotsTtl()) >= 0);
        return new TreeSet<>(seen.keySet());
    }
}
