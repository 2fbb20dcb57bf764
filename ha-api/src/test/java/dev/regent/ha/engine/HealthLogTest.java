package dev.regent.ha.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.ServerHealth;
import dev.regent.ha.model.ServerHealth.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthLogTest {
    private static final NodeName SELF = NodeName.of("n1");

    private final List<HaEvent> events = new ArrayList<>();
    private final HealthLog log = new HealthLog(SELF, events::add);

    @Test
    void whatIsWrongIsToldOnceHoweverOftenItIsSeenAndWhenItIsWellAgain() {
        ServerHealth full = trouble(Finding.DISK_FULL, 1);
        ServerHealth stuck = trouble(Finding.WRITES_STUCK, 1);
        for (ServerHealth seen : List.of(
                ServerHealth.WELL,
                full,
                trouble(Finding.DISK_FULL, 2),
                stuck,
                trouble(Finding.WRITES_STUCK, 9),
                ServerHealth.WELL,
                ServerHealth.WELL)) {
            log.saw(seen);
        }

        assertThat(events)
                .containsExactly(
                        new HaEvent.HealthChanged(SELF, full),
                        new HaEvent.HealthChanged(SELF, stuck),
                        new HaEvent.HealthChanged(SELF, ServerHealth.WELL));
    }

    private static ServerHealth trouble(Finding finding, int seconds) {
        return new ServerHealth(finding, "expected something else", Duration.ofSeconds(seconds), Optional.empty());
    }
}
