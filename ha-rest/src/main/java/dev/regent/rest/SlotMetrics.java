package dev.regent.rest;

import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.ReplicationSlot.Trait;
import java.util.Map;
import java.util.function.Function;

/** What a server's replication slots hold back and are good for, as metrics. */
final class SlotMetrics {
    private SlotMetrics() {}

    static void write(MetricsText out, Map<String, ReplicationSlot> slots) {
        out.metric("regent_slot_held_bytes", "gauge", "WAL that a replication slot of this server holds back.");
        samples(out, slots, slot -> Long.toString(slot.held()));
        out.metric("regent_slot_active", "gauge", "Value is 1 if somebody uses the slot at this moment, 0 otherwise.");
        samples(out, slots, slot -> slot.is(Trait.ACTIVE) ? "1" : "0");
        out.metric(
                "regent_slot_good",
                "gauge",
                "Value is 0 if the slot has lost what it needs, or might on this standby if it were promoted now.");
        samples(out, slots, slot -> slot.is(Trait.LOST) || slot.is(Trait.UNSAFE) ? "0" : "1");
    }

    private static void samples(
            MetricsText out, Map<String, ReplicationSlot> slots, Function<ReplicationSlot, String> value) {
        slots.forEach((name, slot) -> out.sample("", MetricsText.label("slot", name), value.apply(slot)));
    }
}
