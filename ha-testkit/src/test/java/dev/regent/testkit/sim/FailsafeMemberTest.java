package dev.regent.testkit.sim;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Pledge;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.FailsafeAnswer;
import dev.regent.ha.spi.FailsafeAnswer.Ground;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A member that a primary asks whether it may go on without the store. */
class FailsafeMemberTest {
    private static final String ON = "{\"ttl\":30,\"failsafe_mode\":true}";
    private static final NodeName OTHER = NodeName.of("n2");
    private static final FailsafeAnnouncement FROM_OTHER = new FailsafeAnnouncement(
            OTHER, "postgres://host-n2:5432/postgres", "http://host-n2:8008/patroni", Map.of());

    private static String member(String name) {
        return "{\"conn_url\":\"postgres://host-" + name + ":5432/postgres\",\"api_url\":\"http://host-" + name
                + ":8008/patroni\",\"state\":\"running\",\"role\":\"replica\",\"version\":\"4.1.4\"}";
    }

    private static OneNode aPrimary() throws DcsException {
        OneNode node = OneNode.withPrimary();
        node.write("config", ON);
        node.untilItRests();
        return node;
    }

    private static OneNode aStandby() throws DcsException {
        OneNode node = OneNode.withStandby();
        node.write("config", ON);
        node.write("members/n2", member("n2"));
        node.write("leader", "n2");
        node.write("failsafe", "{\"n1\":\"http://host-n1:8008/patroni\",\"n2\":\"http://host-n2:8008/patroni\"}");
        node.untilItRests();
        return node;
    }

    private static Decision look(OneNode node) {
        return node.cycle.decide(node.cycle.observe());
    }

    @Test
    void aMemberGivesItsWordForTheTimeToLive() throws Exception {
        OneNode node = aStandby();

        FailsafeAnswer answer = node.cycle.answer(FROM_OTHER, Optional.empty());

        assertThat(answer).isEqualTo(new FailsafeAnswer.Accepted(Optional.of(ofSeconds(30)), Optional.empty()));
        assertThat(node.cycle.isFailsafeActive()).isTrue();
        node.wait(ofSeconds(30));
        assertThat(node.cycle.isFailsafeActive()).isFalse();
    }

    @Test
    void aMemberThatHasGivenItsWordDoesNotRaceBeforeItHasRunOut() throws Exception {
        OneNode node = aStandby();
        node.wait(ofSeconds(40));
        node.cycle.answer(FROM_OTHER, Optional.empty());
        node.store.open().delete("leader", dev.regent.ha.spi.Expected.ANYTHING);
        node.store.open().delete("members/n2", dev.regent.ha.spi.Expected.ANYTHING);

        node.untilItRests();
        node.wait(ofSeconds(29));
        assertThat(look(node).action()).isNotInstanceOf(Action.ClaimLeadership.class);
        node.wait(ofSeconds(1));
        assertThat(look(node).action()).isInstanceOf(Action.ClaimLeadership.class);
    }

    @Test
    void aMemberThatHasDecidedToClaimAndGivesItsWordMeanwhileClaimsNothing() throws Exception {
        OneNode node = aStandby();
        node.wait(ofSeconds(40));
        node.store.open().delete("leader", dev.regent.ha.spi.Expected.ANYTHING);
        Snapshot now = node.cycle.observe();
        Decision decision = node.cycle.decide(now);
        assertThat(decision.action()).isInstanceOf(Action.ClaimLeadership.class);

        assertThat(node.cycle.answer(FROM_OTHER, Optional.empty())).isInstanceOf(FailsafeAnswer.Accepted.class);
        assertThat(node.cycle.act(now, decision)).isTrue();

        assertThat(node.entry("leader")).isEmpty();
    }

    @Test
    void aMemberThatHasDecidedToPromoteAndGivesItsWordMeanwhileDoesNotPromote() throws Exception {
        OneNode node = OneNode.withStandby();
        node.write("config", ON);
        Snapshot now = node.untilItPromotes();
        Decision decision = node.cycle.decide(now);
        node.dcs.silent = true;
        node.cycle.observe();

        assertThat(node.cycle.answer(FROM_OTHER, Optional.empty())).isInstanceOf(FailsafeAnswer.Accepted.class);
        assertThat(node.cycle.act(now, decision)).isTrue();

        assertThat(node.operations.running()).isEmpty();
    }

    @Test
    void aMemberThatHasBegunToPromoteDoesNotGiveItsWord() throws Exception {
        OneNode node = OneNode.withStandby();
        node.write("config", ON);
        Snapshot now = node.untilItPromotes();
        node.cycle.act(now, node.cycle.decide(now));
        node.dcs.silent = true;
        node.cycle.observe();

        assertThat(node.cycle.answer(FROM_OTHER, Optional.empty()))
                .isEqualTo(new FailsafeAnswer.Refused(Ground.MAY_WRITE, "Running as a leader"));
    }

    @Test
    void aMemberWhoseClaimWasNotAnsweredDoesNotGiveItsWordForAsLongAsItMayWin() throws Exception {
        OneNode node = aStandby();
        node.wait(ofSeconds(40));
        node.store.open().delete("leader", dev.regent.ha.spi.Expected.ANYTHING);
        Snapshot now = node.cycle.observe();
        node.dcs.losesNextSessionWrite = true;
        node.cycle.act(now, node.cycle.decide(now));

        assertThat(node.cycle.answer(FROM_OTHER, Optional.empty())).isInstanceOf(FailsafeAnswer.Refused.class);
        node.wait(ofSeconds(30));
        assertThat(node.cycle.answer(FROM_OTHER, Optional.empty())).isInstanceOf(FailsafeAnswer.Accepted.class);
    }

    @Test
    void aMemberThatSeesAnotherLeaderDoesNotGiveItsWord() throws Exception {
        OneNode node = aStandby();
        node.write("leader", "n3");
        node.cycle.observe();

        assertThat(node.cycle.answer(FROM_OTHER, Optional.empty()))
                .isEqualTo(new FailsafeAnswer.Refused(Ground.ANOTHER_LEADS, "n3 leads"));
    }

    @Test
    void aMemberWithTheModeOffAndOneThatHasNotLookedYetDoNotGiveTheirWord() throws Exception {
        OneNode off = aStandby();
        off.write("config", "{\"ttl\":30}");
        off.cycle.observe();
        OneNode young = OneNode.withStandby();

        assertThat(off.cycle.answer(FROM_OTHER, Optional.empty()))
                .isEqualTo(new FailsafeAnswer.Refused(Ground.MODE_OFF, "failsafe_mode is off"));
        assertThat(young.cycle.answer(FROM_OTHER, Optional.empty())).isInstanceOf(FailsafeAnswer.Refused.class);
    }

    @Test
    void aPrimaryDoesNotGiveItsWord() throws Exception {
        OneNode node = aPrimary();
        node.dcs.silent = true;
        node.cycle.observe();

        assertThat(node.cycle.answer(FROM_OTHER, Optional.empty()))
                .isEqualTo(new FailsafeAnswer.Refused(Ground.MAY_WRITE, "Running as a leader"));
    }

    @Test
    void whoHasJustBeenStartedMayHaveGivenItsWordForATimeToLive() throws Exception {
        OneNode node = aStandby();
        assertThat(node.cycle.observe().failsafe().pledge())
                .get()
                .extracting(Pledge::to)
                .isEqualTo(Optional.empty());

        node.wait(ofSeconds(30));

        assertThat(node.cycle.observe().failsafe().pledge()).isEmpty();
    }

    @Test
    void whoHasJustBeenStartedInAClusterOfOneHasNotGivenItsWord() throws Exception {
        OneNode node = OneNode.withStandby();
        node.write("config", ON);
        node.write("failsafe", "{\"n1\":\"http://host-n1:8008/patroni\"}");

        assertThat(node.cycle.observe().failsafe().pledge()).isEmpty();
    }
}
