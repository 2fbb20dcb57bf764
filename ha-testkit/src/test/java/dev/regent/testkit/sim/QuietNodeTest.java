package dev.regent.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.spi.Entries;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Every change in the store wakes every node: who has nothing new to tell writes nothing. */
class QuietNodeTest {
    private static final Duration LOOP_WAIT = Duration.ofSeconds(10);
    private static final String MEMBER = "members/" + OneNode.SELF;

    @Test
    void aNodeAtRestWritesNothing() throws Exception {
        OneNode node = OneNode.withPrimary();
        node.untilItRests();
        node.wait(LOOP_WAIT);
        node.untilItRests();
        Entries before = node.store.open().read();

        for (int i = 0; i < 5; i++) {
            node.wait(LOOP_WAIT);
            node.untilItRests();
        }

        assertThat(node.store.open().read()).isEqualTo(before);
    }

    @Test
    void anEntryThatSomebodyElseHasWrittenIsPutRightWithinALoopWait() throws Exception {
        OneNode node = OneNode.withPrimary();
        node.untilItRests();
        node.wait(LOOP_WAIT);
        node.untilItRests();
        String own = node.entry(MEMBER).orElseThrow();
        node.write(MEMBER, own.replace("\"state\":\"running\"", "\"state\":\"stopped\""));

        node.wait(LOOP_WAIT);
        node.untilItRests();

        assertThat(node.entry(MEMBER)).hasValue(own);
    }
}
