package dev.regent.ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.regent.ctl.Finding.Verdict;
import dev.regent.ha.model.ClusterStatus;
import dev.regent.ha.model.Lsn;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotChecksTest {
    private static final Lsn END = new Lsn(5L << 30);

    @Test
    void aSlotThatHoldsBackMuchIsARisk() {
        Map<String, Lsn> slots =
                Map.of("away", new Lsn(1L << 30), "node2", END, "node3", new Lsn(END.value() - (100 << 20)));

        assertThat(SlotChecks.of(new ClusterStatus(END, slots, Set.of())))
                .extracting(Finding::check, Finding::verdict, Finding::found)
                .containsExactly(
                        tuple("slot away", Verdict.RISK, "4096 MB"),
                        tuple("slot node2", Verdict.GOOD, "0 MB"),
                        tuple("slot node3", Verdict.GOOD, "100 MB"));
    }
}
