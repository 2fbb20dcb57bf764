package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.NodeName;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChronicleTest {
    private static final NodeName SELF = NodeName.of("pg-b");
    private static final NodeName OTHER = NodeName.of("pg-a");

    private Duration now = Duration.ofSeconds(100);
    private final Chronicle chronicle = new Chronicle(() -> now, Api.CLOCK);

    @AfterEach
    void close() {
        chronicle.close();
    }

    @Test
    void thePhasesOfAFailoverAreTimed() {
        after(0, new HaEvent.LeaderChanged(SELF, Optional.of(OTHER), Optional.empty()));
        after(300, new HaEvent.LeaderChanged(SELF, Optional.empty(), Optional.of(SELF)));
        after(20, new HaEvent.OperationStarted(SELF, new Operation.Promote()));
        after(150, new HaEvent.OperationEnded(SELF, new Operation.Promote(), Duration.ofMillis(150), Optional.empty()));
        after(7, decided(Reason.LEADING));

        assertThat(metrics())
                .contains(
                        "regent_last_failover_phase_seconds{scope=\"orders\",name=\"pg-b\",phase=\"election\"} 0.3\n",
                        "regent_last_failover_phase_seconds{scope=\"orders\",name=\"pg-b\",phase=\"preparation\"} 0.02\n",
                        "regent_last_failover_phase_seconds{scope=\"orders\",name=\"pg-b\",phase=\"promotion\"} 0.15\n",
                        "regent_last_failover_phase_seconds{scope=\"orders\",name=\"pg-b\",phase=\"opening\"} 0.007\n",
                        "regent_failover_phase_seconds_count{scope=\"orders\",name=\"pg-b\",phase=\"election\"} 1\n",
                        "regent_operation_seconds_sum{scope=\"orders\",name=\"pg-b\",operation=\"promote\"} 0.15\n",
                        "regent_last_failover_timestamp_seconds{scope=\"orders\",name=\"pg-b\"} 1930305600\n");
    }

    @Test
    void aFailoverThatAnotherNodeWinsIsNotOurs() {
        after(0, new HaEvent.LeaderChanged(SELF, Optional.of(OTHER), Optional.empty()));
        after(300, new HaEvent.LeaderChanged(SELF, Optional.empty(), Optional.of(NodeName.of("pg-c"))));
        after(20, decided(Reason.FOLLOWING));
        after(20, decided(Reason.LEADING));

        assertThat(metrics())
                .doesNotContain("regent_last_failover_phase_seconds{")
                .contains("regent_failover_phase_seconds_count{scope=\"orders\",name=\"pg-b\",phase=\"opening\"} 0\n");
    }

    @Test
    void aPromotionThatFailsEndsNothing() {
        after(0, new HaEvent.LeaderChanged(SELF, Optional.of(OTHER), Optional.of(SELF)));
        after(20, new HaEvent.OperationStarted(SELF, new Operation.Promote()));
        after(
                5,
                new HaEvent.OperationEnded(SELF, new Operation.Promote(), Duration.ofMillis(5), Optional.of("broken")));
        after(7, decided(Reason.LEADING));

        assertThat(metrics())
                .doesNotContain("regent_last_failover_phase_seconds{")
                .contains("regent_operation_failures_total{scope=\"orders\",name=\"pg-b\",operation=\"promote\"} 1\n");
    }

    @Test
    void decisionsAreCountedByReasonAndRememberedTheYoungestFirst() {
        after(0, decided(Reason.FOLLOWING));
        after(0, decided(Reason.LEADING));
        after(0, decided(Reason.FOLLOWING));

        assertThat(metrics())
                .contains(
                        "regent_decisions_total{scope=\"orders\",name=\"pg-b\",reason=\"following\"} 2\n",
                        "regent_decisions_total{scope=\"orders\",name=\"pg-b\",reason=\"leading\"} 1\n");
        assertThat(chronicle.decisions())
                .extracting(Chronicle.Entry::reason)
                .containsExactly("FOLLOWING", "LEADING", "FOLLOWING");
        assertThat(chronicle.decisions().get(0).action()).isEqualTo("wait");
    }

    @Test
    void onlySoManyDecisionsAreRemembered() {
        for (int i = 0; i < 1000; i++) {
            after(0, decided(Reason.FOLLOWING));
        }

        assertThat(chronicle.decisions()).hasSize(100);
    }

    @Test
    void theStoresLatencyAndSilenceAreMeasured() {
        after(0, new HaEvent.StoreAsked(SELF, HaEvent.StoreCall.RENEW, Duration.ofMillis(3), true));
        after(0, new HaEvent.StoreAsked(SELF, HaEvent.StoreCall.RENEW, Duration.ofSeconds(2), false));
        after(0, new HaEvent.Cycled(SELF, Duration.ofMillis(40)));

        String labels = "{scope=\"orders\",name=\"pg-b\",call=\"renew\"";
        assertThat(metrics())
                .contains(
                        "regent_store_seconds_bucket" + labels + ",le=\"0.005\"} 1\n",
                        "regent_store_seconds_bucket" + labels + ",le=\"2.5\"} 2\n",
                        "regent_store_seconds_bucket" + labels + ",le=\"+Inf\"} 2\n",
                        "regent_store_seconds_sum" + labels + "} 2.003\n",
                        "regent_store_failures_total" + labels + "} 1\n",
                        "regent_cycle_seconds_count{scope=\"orders\",name=\"pg-b\"} 1\n");
    }

    @Test
    void aProcessThatStoodStillNoticesIt() {
        try (PauseMeter meter = new PauseMeter(() -> now)) {
            meter.note(Duration.ofMillis(10));
            meter.note(Duration.ofSeconds(4));

            assertThat(meter.pauses().longest()).isEqualTo(4.0);
        }
    }

    private void after(long millis, HaEvent event) {
        now = now.plusMillis(millis);
        chronicle.onEvent(event);
    }

    private static HaEvent decided(Reason reason) {
        return new HaEvent.Decided(SELF, Decision.of(Action.WAIT, reason));
    }

    private String metrics() {
        MetricsText out = new MetricsText("orders", "pg-b");
        chronicle.write(out);
        return out.toString();
    }
}
