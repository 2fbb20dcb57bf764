package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.MemberState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotsTest {
    @Test
    void theLeaderKeepsASlotForEachOtherMember() {
        assertThat(decide(leader().member(aMember("pg-b")).member(aMember("pg-c"))))
                .isEqualTo(keep("pg_b", "pg_c"));
        assertThat(waits(decide(leader().member(aMember("pg-b")).server(facts -> facts.slots("pg_b"))), Reason.LEADING))
                .isTrue();
    }

    @Test
    void slotsThatNobodyNeedsAreDropped() {
        assertThat(decide(leader().server(facts -> facts.slots("gone")))).isEqualTo(keep());
    }

    @Test
    void inAPausedClusterSlotsAreMadeAndNoneIsDropped() {
        SnapshotBuilder paused = leader().paused().server(facts -> facts.slots("an_operators"));

        assertThat(waits(decide(paused), Reason.LEADING)).isTrue();
        assertThat(decide(paused.member(aMember("b")))).isEqualTo(keep("an_operators", "b"));
    }

    @Test
    void aMemberThatDoesNotStreamNeedsNoSlot() {
        assertThat(waits(decide(leader().member(aMember("b").tag("nostream", true))), Reason.LEADING))
                .isTrue();
    }

    @Test
    void theSlotOfAMemberThatLeftAWhileAgoIsKept() {
        assertThat(decide(leader().view(facts -> facts.retainedSlots("a", "b"))))
                .isEqualTo(keep("b"));
    }

    @Test
    void aMemberThatStreamsFromAnotherNeedsNoSlotOnTheLeader() {
        assertThat(decide(leader().member(aMember("b")).member(aMember("c").tag("replicatefrom", "b"))))
                .isEqualTo(keep("b"));
    }

    @Test
    void aMemberWhoseUpstreamIsDownNeedsASlotOnTheLeader() {
        assertThat(decide(leader().member(aMember("b").state(MemberState.STOPPED))
                        .member(aMember("c").tag("replicatefrom", "b"))))
                .isEqualTo(keep("b", "c"));
        assertThat(decide(leader().member(aMember("c").tag("replicatefrom", "gone"))))
                .isEqualTo(keep("c"));
        assertThat(decide(leader().member(aMember("c").tag("replicatefrom", "a"))))
                .isEqualTo(keep("c"));
    }

    @Test
    void aStandbyKeepsSlotsOnlyForThoseThatFollowIt() {
        assertThat(decide(aSnapshot()
                        .standby()
                        .server(facts -> facts.following("b").slots("d"))
                        .ledBy("b")
                        .member(aMember("c").tag("replicatefrom", "a"))
                        .member(aMember("d"))))
                .isEqualTo(keep("c"));
    }

    @Test
    void permanentSlotsAreMadeOnTheLeaderAndNotKeptWhereNobodyAdvancesThem() {
        Map<String, Object> slots = Map.of(
                "backup",
                Map.of("type", "physical"),
                "cdc",
                Map.of("database", "app", "plugin", "pgoutput"),
                "a",
                Map.of("type", "physical"),
                "No Name",
                Map.of("type", "physical"),
                "elsewhere",
                Map.of("type", "physical", "cluster_type", "standby"));

        assertThat(decide(leader().configured("permanent_slots", slots))).isEqualTo(keep("backup", "cdc"));
        assertThat(decide(aSnapshot()
                        .standby()
                        .server(facts -> facts.following("b").slots("backup", "cdc"))
                        .ledBy("b")
                        .configured("slots", slots)))
                .isEqualTo(keep());
    }

    @Test
    void permanentAndIgnoredSlotsAreNeverDropped() {
        assertThat(waits(
                        decide(leader().configured("slots", Map.of("cdc", Map.of("type", "physical")))
                                .configured("ignore_slots", List.of(Map.of("name", "backup")))
                                .server(facts -> facts.slots("cdc", "backup"))),
                        Reason.LEADING))
                .isTrue();
    }

    @Test
    void withoutUseSlotsNothingIsDone() {
        assertThat(waits(
                        decide(leader().configured("postgresql", Map.of("use_slots", false))
                                .member(aMember("b"))),
                        Reason.LEADING))
                .isTrue();
    }

    private static SnapshotBuilder leader() {
        return aSnapshot().primary().leading();
    }

    private static Decision keep(String... slots) {
        return Decision.of(new Operation.KeepSlots(Set.of(slots)), Reason.SLOTS_CHANGED);
    }
}
