package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.TimelineSwitch;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineHistoryTest {
    @Test
    void eachLineIsASwitchWithItsPositionAndReason() {
        List<TimelineSwitch> history = TimelineHistory.parse("""
                1\t0/3000110\tno recovery target specified

                # a comment
                2\t16/B374D848\tbefore 2030-01-01
                """);

        assertThat(history).extracting(TimelineSwitch::timeline).containsExactly(1, 2);
        assertThat(history)
                .extracting(TimelineSwitch::position)
                .containsExactly(Lsn.parse("0/3000110"), Lsn.parse("16/B374D848"));
        assertThat(history.get(0).reason()).isEqualTo("no recovery target specified");
    }
}
