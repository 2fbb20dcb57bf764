package dev.regent.testkit.sim;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Failsafe;
import dev.regent.ha.spi.FailsafeAnswer;
import dev.regent.ha.spi.FailsafeAnswer.Ground;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A primary in failsafe mode to which the store does not answer, and the entry that it keeps for that case. */
class FailsafePrimaryTest {
    private static final String ON = "{\"ttl\":30,\"failsafe_mode\":true}";
    private static final NodeName OTHER = NodeName.of("n2");

    private final List<FailsafeAnnouncement> asked = new ArrayList<>();
    private final List<Map<NodeName, String>> urls = new ArrayList<>();

    private Failsafe saying(FailsafeAnswer answer) {
        return (announcement, members, atMost) -> {
            asked.add(announcement);
            urls.add(members);
            Map<NodeName, FailsafeAnswer> answers = new LinkedHashMap<>();
            members.keySet().forEach(name -> answers.put(name, answer));
            return answers;
        };
    }

    private static FailsafeAnswer refused() {
        return new FailsafeAnswer.Refused(Ground.NO_ANSWER, "no answer in time");
    }

    private static String member(String name) {
        return "{\"conn_url\":\"postgres://host-" + name + ":5432/postgres\",\"api_url\":\"http://host-" + name
                + ":8008/patroni\",\"state\":\"running\",\"role\":\"replica\",\"version\":\"4.1.4\"}";
    }

    /** A primary with another member, both written down for failsafe mode. */
    private static OneNode aPrimary() throws DcsException {
        OneNode node = OneNode.withPrimary();
        node.write("config", ON);
        node.write("members/n2", member("n2"));
        node.untilItRests();
        return node;
    }

    private static Decision look(OneNode node) {
        return node.cycle.decide(node.cycle.observe());
    }

    // The leader's entry

    @Test
    void theLeaderWritesDownEveryMemberThatCanBeAsked() throws Exception {
        OneNode node = aPrimary();
        assertThat(node.entry("failsafe"))
                .hasValue("{\"n1\":\"http://host-n1:8008/patroni\",\"n2\":\"http://host-n2:8008/patroni\"}");

        node.write("members/n3", member("n3"));
        node.untilItRests();
        assertThat(node.entry("failsafe").orElseThrow()).contains("\"n3\":\"http://host-n3:8008/patroni\"");
    }

    @Test
    void withoutTheModeNothingIsWrittenDown() throws Exception {
        OneNode node = OneNode.withPrimary();
        node.write("config", "{\"ttl\":30}");
        node.untilItRests();

        assertThat(node.entry("leader")).hasValue("n1");
        assertThat(node.entry("failsafe")).isEmpty();
    }

    @Test
    void whoMayStandInTheStoreByAnUnansweredWriteIsAskedToo() throws Exception {
        OneNode node = aPrimary();
        node.members = saying(Failsafe.accepted());
        node.write("members/n3", member("n3"));
        node.dcs.losesNextWrite = true;
        node.untilItRests();
        node.dcs.silent = true;
        node.wait(ofSeconds(15));

        look(node);

        assertThat(urls).singleElement().satisfies(map -> assertThat(map).containsOnlyKeys(OTHER, NodeName.of("n3")));
    }

    @Test
    void anUnansweredWriteOfTheEntryIsSettledWhenTheStoreAnswersAgain() throws Exception {
        OneNode node = aPrimary();
        Optional<Long> before =
                node.cycle.observe().knowledge().lastView().failsafe().revision();
        node.write("members/n3", member("n3"));
        node.dcs.losesNextWrite = true;
        node.untilItRests();
        node.store.open().delete("members/n3", dev.regent.ha.spi.Expected.ANYTHING);

        node.untilItRests();

        Snapshot now = node.cycle.observe();
        assertThat(now.knowledge().lastView().failsafe().revision()).isNotEqualTo(before);
        assertThat(now.knowledge().lastView().failsafe().urls()).containsOnlyKeys(OneNode.SELF, OTHER);
    }

    // The primary to which the store does not answer

    @Test
    void aPrimaryGoesOnBeyondItsSessionAsLongAsAllMembersLetIt() throws Exception {
        OneNode node = aPrimary();
        node.members = saying(Failsafe.accepted());
        node.dcs.silent = true;

        for (int seconds = 0; seconds < 120; seconds += 5) {
            node.wait(ofSeconds(5));
            assertThat(look(node).action()).isInstanceOf(Action.Wait.class);
        }

        assertThat(look(node).reason()).isEqualTo(Reason.ALL_MEMBERS_AGREE);
        assertThat(node.cycle.isFailsafeActive()).isTrue();
        assertThat(node.entry("leader")).isEmpty();
        assertThat(asked.get(0).name()).isEqualTo(OneNode.SELF);
        assertThat(asked.get(0).connUrl()).isEqualTo("postgres://host-n1:5432/postgres");
        assertThat(asked.get(0).slots()).containsKey("n1");
    }

    @Test
    void aPrimaryDoesNotTroubleItsMembersBeforeARenewalIsOverdue() throws Exception {
        OneNode node = aPrimary();
        node.members = saying(Failsafe.accepted());
        node.dcs.silent = true;
        node.wait(ofSeconds(9));

        look(node);

        assertThat(asked).isEmpty();
    }

    @Test
    void theMembersWordCountsFromBeforeTheyWereAsked() throws Exception {
        OneNode node = aPrimary();
        Failsafe yes = saying(Failsafe.accepted());
        node.members = (announcement, members, atMost) -> {
            node.wait(ofSeconds(2));
            return yes.ask(announcement, members, atMost);
        };
        node.dcs.silent = true;
        node.wait(ofSeconds(15));

        look(node);

        assertThat(node.cycle.leadershipLeft()).isEqualTo(ofSeconds(28));
    }

    @Test
    void theShortestPledgeCounts() throws Exception {
        OneNode node = aPrimary();
        node.members = saying(new FailsafeAnswer.Accepted(Optional.of(ofSeconds(20)), Optional.empty()));
        node.dcs.silent = true;
        node.wait(ofSeconds(15));

        look(node);

        assertThat(node.cycle.leadershipLeft()).isEqualTo(ofSeconds(20));
    }

    @Test
    void aPrimaryWhoseMembersDoNotAllAgreeStopsInTime() throws Exception {
        OneNode node = aPrimary();
        node.members = saying(refused());
        node.dcs.silent = true;

        node.wait(ofSeconds(24));
        assertThat(look(node).action()).isInstanceOf(Action.Wait.class);
        node.wait(ofSeconds(2));
        assertThat(look(node).action()).isInstanceOf(Operation.Stop.class);
        assertThat(look(node).reason()).isEqualTo(Reason.NOT_ALL_MEMBERS_AGREE);
    }

    @Test
    void oneMemberThatFallsSilentEndsItInTime() throws Exception {
        OneNode node = aPrimary();
        node.members = saying(Failsafe.accepted());
        node.dcs.silent = true;
        node.wait(ofSeconds(15));
        look(node);
        node.members = saying(refused());

        node.wait(ofSeconds(24));
        assertThat(look(node).action()).isInstanceOf(Action.Wait.class);
        node.wait(ofSeconds(2));
        assertThat(look(node).action()).isInstanceOf(Operation.Stop.class);
    }

    @Test
    void whoWasNotSureToLeadForAMomentDoesNotGoOnByTheMembersWord() throws Exception {
        OneNode node = aPrimary();
        node.members = saying(Failsafe.accepted());
        node.dcs.silent = true;

        node.wait(ofSeconds(31));

        assertThat(look(node).action()).isInstanceOf(Operation.Stop.class);
        assertThat(asked).isEmpty();
    }

    @Test
    void theMembersAreNotAskedForLongerThanThereIsTime() throws Exception {
        OneNode node = aPrimary();
        List<Duration> limits = new ArrayList<>();
        node.members = (announcement, members, atMost) -> {
            limits.add(atMost);
            return saying(refused()).ask(announcement, members, atMost);
        };
        node.dcs.silent = true;

        node.wait(ofSeconds(15));
        look(node);
        node.wait(Duration.ofMillis(9500));
        look(node);

        assertThat(limits).containsExactly(ofSeconds(2), Duration.ofMillis(500));
    }

    @Test
    void theGuardianIsToldOfEachSuccess() throws Exception {
        OneNode node = aPrimary();
        node.members = saying(Failsafe.accepted());
        node.dcs.silent = true;
        node.toldToGuardian.clear();
        node.wait(ofSeconds(9));
        look(node);
        assertThat(node.toldToGuardian).isEmpty();

        node.wait(ofSeconds(6));
        look(node);

        assertThat(node.toldToGuardian).containsExactly("renewed", "allow");
    }

    @Test
    void whenTheStoreIsBackAndTheEntryGoneThePrimaryClaimsIt() throws Exception {
        OneNode node = aPrimary();
        node.members = saying(Failsafe.accepted());
        node.dcs.silent = true;
        for (int i = 0; i < 8; i++) {
            node.wait(ofSeconds(5));
            look(node);
        }
        node.dcs.silent = false;

        Snapshot now = node.cycle.observe();
        Decision decision = node.cycle.decide(now);
        assertThat(decision.reason()).isEqualTo(Reason.PRIMARY_WITHOUT_LEADER);
        node.cycle.act(now, decision);
        assertThat(node.entry("leader")).hasValue("n1");
        look(node);
        assertThat(node.cycle.isFailsafeActive()).isFalse();
    }

    @Test
    void aStoreThatAnswersOnceAndFallsSilentAgainDoesNotEndIt() throws Exception {
        OneNode node = aPrimary();
        node.members = saying(Failsafe.accepted());
        node.dcs.silent = true;
        for (int i = 0; i < 8; i++) {
            node.wait(ofSeconds(5));
            look(node);
        }
        node.dcs.silent = false;
        look(node);
        node.dcs.silent = true;

        assertThat(look(node).reason()).isEqualTo(Reason.ALL_MEMBERS_AGREE);
    }

    @Test
    void whenTheStoreIsBackAndAnotherLeadsTheMembersWordIsWorthNothing() throws Exception {
        OneNode node = aPrimary();
        node.members = saying(Failsafe.accepted());
        node.dcs.silent = true;
        for (int i = 0; i < 8; i++) {
            node.wait(ofSeconds(5));
            look(node);
        }
        node.write("leader", "n2");
        node.dcs.silent = false;

        assertThat(look(node).reason()).isEqualTo(Reason.NOT_THE_LEADER);
        assertThat(node.cycle.leadershipLeft()).isZero();
    }

    @Test
    void aClusterOfOneGoesOnByItself() throws Exception {
        OneNode node = OneNode.withPrimary();
        node.write("config", ON);
        node.untilItRests();
        node.dcs.silent = true;

        for (int i = 0; i < 8; i++) {
            node.wait(ofSeconds(5));
            assertThat(look(node).action()).isInstanceOf(Action.Wait.class);
        }
    }

    @Test
    void aPausedPrimaryAsksNobody() throws Exception {
        OneNode node = aPrimary();
        node.members = saying(Failsafe.accepted());
        node.write("config", "{\"ttl\":30,\"failsafe_mode\":true,\"pause\":true}");
        node.untilItRests();
        node.dcs.silent = true;
        node.wait(ofSeconds(15));

        look(node);

        assertThat(asked).isEmpty();
    }
}
