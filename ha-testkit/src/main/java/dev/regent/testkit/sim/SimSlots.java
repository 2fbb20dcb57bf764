package dev.regent.testkit.sim;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.ReplicationSlot.Trait;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.SlotKind;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The replication slots of a simulated server. They let standbys stream; what they hold back is not simulated. */
final class SimSlots {
    private final SimServer server;
    private final Map<String, Integer> positions = new TreeMap<>();

    SimSlots(SimServer server) {
        this.server = server;
    }

    boolean exists(String slot) {
        return positions.containsKey(slot);
    }

    void clear() {
        positions.clear();
    }

    void change(SlotChanges changes) {
        changes.drop().stream().filter(slot -> !isUsed(slot)).forEach(positions::remove);
        changes.create()
                .keySet()
                .forEach(slot -> positions.putIfAbsent(slot, server.wal().count()));
    }

    /** No further than the log goes. */
    void advance(Map<String, Lsn> targets) {
        targets.forEach((slot, target) -> positions.computeIfPresent(
                slot,
                (name, present) -> Math.max(
                        present, Math.min(SimWal.count(target), server.wal().count()))));
    }

    Map<String, ReplicationSlot> shown() {
        Map<String, ReplicationSlot> shown = new TreeMap<>();
        Lsn end = SimWal.lsn(server.wal().count());
        positions.forEach((name, position) -> shown.put(
                name,
                new ReplicationSlot(
                        SlotKind.physical(),
                        SimWal.lsn(position),
                        end,
                        0,
                        isUsed(name) ? Set.of(Trait.ACTIVE) : Set.of())));
        return shown;
    }

    private boolean isUsed(String slot) {
        return server.replicas().stream()
                .anyMatch(used -> used.standby().name().slotName().equals(slot));
    }
}
