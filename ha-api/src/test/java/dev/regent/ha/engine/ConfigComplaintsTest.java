package dev.regent.ha.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.NodeName;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigComplaintsTest {
    private static final DynamicConfig WRONG = DynamicConfig.of(Map.of("pause", "perhaps"));
    private static final DynamicConfig WRONG_AND_MORE = DynamicConfig.of(Map.of("pause", "perhaps", "ttl", 40));
    private static final DynamicConfig OTHERWISE_WRONG = DynamicConfig.of(Map.of("pause", "perhaps", "loop_wait", 0));
    private static final DynamicConfig RIGHT = DynamicConfig.of(Map.of("pause", true));

    private final ConfigComplaints complaints = new ConfigComplaints(NodeName.of("n1"));

    @Test
    void aWrongValueIsToldOnce() {
        assertThat(complaints.adopt(WRONG)).hasSize(1);
        assertThat(complaints.adopt(WRONG_AND_MORE)).isEmpty();
    }

    @Test
    void whatIsWrongBesidesIsTold() {
        complaints.adopt(WRONG);

        assertThat(complaints.adopt(OTHERWISE_WRONG))
                .singleElement()
                .asString()
                .startsWith("loop_wait: expected 1 or more");
    }

    @Test
    void whatWasRightMeanwhileIsToldAgain() {
        complaints.adopt(WRONG);
        complaints.adopt(RIGHT);

        assertThat(complaints.adopt(WRONG)).hasSize(1);
    }
}
