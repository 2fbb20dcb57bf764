package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.Slots;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.MemberState;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.ReplicationSlot.Trait;
import dev.regent.ha.model.SlotCare;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.SlotKind;
import dev.regent.ha.model.SlotKind.Logical;
import dev.regent.ha.model.Upstream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotsTest {
    private static final Lsn EARLIER = new Lsn(ServerBuilder.POSITION.value() - 1000);
    private static final Logical CDC = new Logical("app", "pgoutput");
    private static final Map<String, Object> CDC_CONFIGURED =
            Map.of("cdc", Map.of("database", "app", "plugin", "pgoutput"));

    @Test
    void theLeaderKeepsASlotForEachOtherMember() {
        assertThat(decide(leader().member(aMember("pg-b")).member(aMember("pg-c"))))
                .isEqualTo(make("pg_b", "pg_c"));
        assertThat(waits(decide(leader().member(aMember("pg-b")).server(facts -> facts.slots("pg_b"))), Reason.LEADING))
                .isTrue();
    }

    @Test
    void soDoesEachStandbyThatMayBePromoted() {
        assertThat(decide(standby().member(aMember("c")).member(aMember("d").tag("replicatefrom", "c"))))
                .isEqualTo(make("b", "c", "d"));
        assertThat(waits(decide(standby().tag("nofailover", true).member(aMember("c"))), Reason.FOLLOWING))
                .isTrue();
        assertThat(decide(standby().tag("nofailover", true).member(aMember("c").tag("replicatefrom", "a"))))
                .isEqualTo(make("c"));
    }

    @Test
    void withoutTimeToLiveSlotsAreKeptOnlyWhereTheyAreUsed() {
        assertThat(decide(standby()
                        .configured("member_slots_ttl", 0)
                        .member(aMember("c"))
                        .member(aMember("d").tag("replicatefrom", "a"))))
                .isEqualTo(make("d"));
        assertThat(decide(leader().configured("member_slots_ttl", 0)
                        .member(aMember("b"))
                        .member(aMember("c").tag("replicatefrom", "b"))
                        .member(aMember("d").tag("replicatefrom", "e"))
                        .member(aMember("e").state(MemberState.STOPPED))))
                .isEqualTo(make("b", "d", "e"));
    }

    @Test
    void slotsThatNobodyNeedsAreDropped() {
        assertThat(decide(leader().server(facts -> facts.slots("gone")))).isEqualTo(drop("gone"));
        assertThat(decide(standby().server(facts -> facts.slots("b", "gone")))).isEqualTo(drop("gone"));
    }

    @Test
    void inAPausedClusterSlotsAreMadeAndNoneIsDropped() {
        SnapshotBuilder paused = leader().paused().server(facts -> facts.slots("an_operators"));

        assertThat(waits(decide(paused), Reason.LEADING)).isTrue();
        assertThat(decide(paused.member(aMember("b")))).isEqualTo(make("b"));
    }

    @Test
    void aMemberThatDoesNotStreamNeedsNoSlot() {
        assertThat(waits(decide(leader().member(aMember("b").tag("nostream", true))), Reason.LEADING))
                .isTrue();
    }

    @Test
    void theSlotOfAMemberThatLeftAWhileAgoIsKept() {
        assertThat(decide(leader().view(facts -> facts.retainedSlots("a", "b"))))
                .isEqualTo(make("b"));
        assertThat(decide(standby().view(facts -> facts.retainedSlots("a", "b", "c"))))
                .isEqualTo(make("b", "c"));
    }

    @Test
    void permanentSlotsAreOnAllMembersAndLogicalOnesComeFromTheLeader() {
        Map<String, Object> slots = Map.of(
                "backup",
                Map.of("type", "physical"),
                "cdc",
                Map.of("database", "app", "plugin", "pgoutput"),
                "a",
                Map.of("type", "physical"),
                "incomplete",
                Map.of("type", "logical"),
                "No Name",
                Map.of("type", "physical"),
                "elsewhere",
                Map.of("type", "physical", "cluster_type", "standby"));

        assertThat(decide(leader().configured("permanent_slots", slots)))
                .isEqualTo(change(new SlotChanges(Set.of(), Map.of("backup", SlotKind.physical(), "cdc", CDC))));
        assertThat(decide(standby().configured("slots", slots))).isEqualTo(make("b", "backup"));
        assertThat(waits(
                        decide(standby().configured("slots", slots).server(facts -> facts.slots("b", "backup"))),
                        Reason.FOLLOWING))
                .isTrue();
        assertThat(decide(standby()
                        .configured("slots", slots)
                        .server(facts -> facts.slots("b", "backup"))
                        .view(facts -> facts.slot("cdc", EARLIER))))
                .isEqualTo(
                        Decision.of(new Operation.CopySlots(upstream("b"), Map.of("cdc", CDC)), Reason.SLOTS_TO_COPY));
    }

    @Test
    void logicalSlotsAreNotCopiedWhereTheyCouldNotBeUsed() {
        SnapshotBuilder published = standby()
                .configured("slots", CDC_CONFIGURED)
                .server(facts -> facts.slots("b"))
                .view(facts -> facts.slot("cdc", EARLIER));

        assertThat(waits(decide(published.paused()), Reason.FOLLOWING)).isTrue();
        assertThat(waits(
                        decide(standby()
                                .configured("slots", CDC_CONFIGURED)
                                .tag("nofailover", true)
                                .view(facts -> facts.slot("cdc", EARLIER))),
                        Reason.FOLLOWING))
                .isTrue();
        assertThat(decide(standby()
                                .configured("slots", CDC_CONFIGURED)
                                .server(facts -> facts.slots("b", "c"))
                                .member(aMember("c").tag("nostream", true))
                                .tag("replicatefrom", "c")
                                .view(facts -> facts.slot("cdc", EARLIER)))
                        .action())
                .isNotInstanceOf(Operation.CopySlots.class);
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

    @Test
    void aStandbyAdvancesSlotsToWhereTheLeadersAre() {
        Lsn far = new Lsn(ServerBuilder.POSITION.value() + 1000);
        SnapshotBuilder behind = standby()
                .member(aMember("c"))
                .server(facts ->
                        facts.slot("b", ReplicationSlot.physical(EARLIER)).slot("c", ReplicationSlot.physical(far)))
                .view(facts -> facts.slot("b", far).slot("c", EARLIER));

        assertThat(care(behind).advance()).isEqualTo(Map.of("b", far));
    }

    @Test
    void theLeaderAdvancesTheSlotOfAMemberThatStreamsFromAnotherToWhereThatOneIs() {
        assertThat(care(leader().member(aMember("b"))
                                .member(aMember("c").tag("replicatefrom", "b"))
                                .server(facts -> facts.slot("b", ReplicationSlot.physical(EARLIER))
                                        .slot("c", ReplicationSlot.physical(EARLIER))))
                        .advance())
                .isEqualTo(Map.of("c", ServerBuilder.POSITION));
    }

    @Test
    void thePrimaryIsAskedAboutLogicalSlotsThatMayNotBeSafe() {
        ReplicationSlot copied = new ReplicationSlot(CDC, EARLIER, EARLIER, 0, Set.of(Trait.UNSAFE));
        SnapshotBuilder unsure = standby()
                .configured("slots", CDC_CONFIGURED)
                .server(facts -> facts.slots("b").slot("cdc", copied));

        assertThat(care(unsure).primary()).contains(new SlotCare.Primary(upstream("b"), "a"));
        assertThat(care(unsure.member(aMember("c")).tag("replicatefrom", "c")).primary())
                .contains(new SlotCare.Primary(upstream("b"), "c"));
        assertThat(care(standby()).primary()).isEmpty();
    }

    private static SlotCare care(SnapshotBuilder builder) {
        Snapshot now = builder.build();
        return Slots.care(now, now.knowledge().lastView());
    }

    private static Upstream upstream(String member) {
        return new Upstream(NodeName.of(member), new Address(member, 5432));
    }

    private static SnapshotBuilder leader() {
        return aSnapshot().primary().leading();
    }

    private static SnapshotBuilder standby() {
        return aSnapshot()
                .standby()
                .server(facts -> facts.following("b").slots())
                .ledBy("b");
    }

    private static Decision make(String... slots) {
        return change(SlotChanges.creating(slots));
    }

    private static Decision drop(String... slots) {
        return change(SlotChanges.dropping(slots));
    }

    private static Decision change(SlotChanges changes) {
        return Decision.of(new Operation.ChangeSlots(changes), Reason.SLOTS_CHANGED);
    }
}
