package dev.regent.testkit.sim;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A leader whose server has been killed and does not end, because its processes wait for storage that hangs. */
class StuckFenceTest {
    private static final Duration TTL = ofSeconds(30);

    @Test
    void itsLeadershipEndsWithItsSessionAndItGoesOnToLook() throws Exception {
        OneNode node = leader();
        hangs(node, StopMode.IMMEDIATE, TTL.plusSeconds(1));

        look(node);

        assertThat(node.cycle.leadershipLeft()).isZero();
        assertThat(node.entry("leader")).as("until the session ends").hasValue("n1");
        for (int i = 0; i < 8; i++) {
            node.wait(ofSeconds(5));
            look(node);
        }
        assertThat(node.entry("leader")).isEmpty();
        assertThat(node.entry("members/n1")).as("its new session lives").isPresent();
    }

    @Test
    void aFenceThatMayStillEndKeepsTheLeadership() throws Exception {
        OneNode node = leader();
        hangs(node, StopMode.IMMEDIATE, TTL.minusSeconds(1));

        assertKeepsLeading(node);
    }

    @Test
    void aStopInGoodOrderMayTakeLong() throws Exception {
        OneNode node = leader();
        hangs(node, StopMode.FAST, TTL.plusSeconds(100));

        assertKeepsLeading(node);
    }

    private static void assertKeepsLeading(OneNode node) throws Exception {
        for (int i = 0; i < 8; i++) {
            node.wait(ofSeconds(5));
            look(node);
        }
        assertThat(node.cycle.leadershipLeft()).isPositive();
        assertThat(node.entry("leader")).hasValue("n1");
    }

    private static OneNode leader() throws Exception {
        OneNode node = OneNode.withPrimary();
        node.untilItRests();
        assertThat(node.entry("leader")).hasValue("n1");
        return node;
    }

    private static void hangs(OneNode node, StopMode mode, Duration elapsed) {
        node.operations.current = Optional.of(new Operation.Stop(mode));
        node.operations.elapsed = elapsed;
    }

    private static void look(OneNode node) {
        Snapshot now = node.cycle.observe();
        node.cycle.act(now, node.cycle.decide(now));
        node.cycle.publish(now);
    }
}
