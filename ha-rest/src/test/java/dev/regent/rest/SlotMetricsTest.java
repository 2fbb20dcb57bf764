package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.ReplicationSlot.Trait;
import dev.regent.ha.model.SlotKind;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SlotMetricsTest {
    @Test
    void eachSlotSaysWhatItHoldsAndWhetherItIsUsedAndGood() {
        MetricsText out = new MetricsText("orders", "pg-a");

        SlotMetrics.write(
                out,
                new TreeMap<>(Map.of(
                        "pg_b", slot(SlotKind.physical(), 1024, Trait.ACTIVE),
                        "gone", slot(SlotKind.physical(), 0, Trait.LOST),
                        "cdc", slot(new SlotKind.Logical("app", "pgoutput"), 7, Trait.UNSAFE))));

        assertThat(out.toString().lines().filter(line -> !line.startsWith("#")))
                .containsExactly(
                        "regent_slot_held_bytes{scope=\"orders\",name=\"pg-a\",slot=\"cdc\"} 7",
                        "regent_slot_held_bytes{scope=\"orders\",name=\"pg-a\",slot=\"gone\"} 0",
                        "regent_slot_held_bytes{scope=\"orders\",name=\"pg-a\",slot=\"pg_b\"} 1024",
                        "regent_slot_active{scope=\"orders\",name=\"pg-a\",slot=\"cdc\"} 0",
                        "regent_slot_active{scope=\"orders\",name=\"pg-a\",slot=\"gone\"} 0",
                        "regent_slot_active{scope=\"orders\",name=\"pg-a\",slot=\"pg_b\"} 1",
                        "regent_slot_good{scope=\"orders\",name=\"pg-a\",slot=\"cdc\"} 0",
                        "regent_slot_good{scope=\"orders\",name=\"pg-a\",slot=\"gone\"} 0",
                        "regent_slot_good{scope=\"orders\",name=\"pg-a\",slot=\"pg_b\"} 1");
    }

    private static ReplicationSlot slot(SlotKind kind, long held, Trait trait) {
        return new ReplicationSlot(kind, Lsn.ZERO, Lsn.ZERO, held, Set.of(trait));
    }
}
