package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.Replica;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.MemberState;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** For which of the standbys that stream from the leader commits wait. */
class SynchronousCandidatesTest {
    private static final Lsn POSITION = ServerBuilder.POSITION;
    private static final Lsn BEHIND = new Lsn(POSITION.value() - 100);

    @Test
    void thePresentOneThoughAnotherIsFurther() {
        assertThat(waits(
                        decide(leader("b")
                                .server(facts -> facts.synchronousNames("b", BEHIND)
                                        .replica("b", "sync", BEHIND)
                                        .replica("c", "async", POSITION))),
                        Reason.LEADING))
                .isTrue();
    }

    @Test
    void ofOthersTheFurthest() {
        assertThat(decide(leader().server(
                                facts -> facts.replica("b", "async", BEHIND).replica("c", "async", POSITION))))
                .isEqualTo(waitFor("c"));
    }

    @Test
    void noneThatIsStillCatchingUpOrDoesNotSayHowFarItIs() {
        assertThat(decide(leader().server(facts -> facts.replica(replica("b", "catchup", Optional.of(POSITION)))
                        .replica("c", "async", BEHIND))))
                .isEqualTo(waitFor("c"));
        assertThat(decide(leader().server(facts -> facts.replica(replica("b", "streaming", Optional.empty()))
                        .replica("c", "async", BEHIND))))
                .isEqualTo(waitFor("c"));
    }

    @Test
    void noneThatIsNoRunningMember() {
        assertThat(decide(leader().member(aMember("b").state(MemberState.STOPPED))
                        .server(facts -> facts.replica("b", "async", POSITION).replica("c", "async", BEHIND))))
                .isEqualTo(waitFor("c"));
        assertThat(decide(leader().server(facts ->
                        facts.replica("stranger", "async", POSITION).replica("c", "async", BEHIND))))
                .isEqualTo(waitFor("c"));
    }

    @Test
    void noneThatIsAboutToStreamFromAnotherStandby() {
        SnapshotBuilder cascading = leader().member(aMember("b").tag("replicatefrom", "c"));

        assertThat(decide(cascading.server(
                        facts -> facts.replica("b", "async", POSITION).replica("c", "async", BEHIND))))
                .isEqualTo(waitFor("c"));
    }

    @Test
    void oneWhoseUpstreamDoesNotStreamFromHereStaysHere() {
        assertThat(decide(leader().member(aMember("b").tag("replicatefrom", "c"))
                        .server(facts -> facts.replica("b", "async", POSITION))))
                .isEqualTo(waitFor("b"));
        assertThat(decide(leader().member(aMember("b").tag("replicatefrom", "a"))
                        .server(facts -> facts.replica("b", "async", POSITION))))
                .isEqualTo(waitFor("b"));
    }

    private static SnapshotBuilder leader(String... standbys) {
        return aSnapshot()
                .primary()
                .leading()
                .synchronous()
                .configured("postgresql", Map.of("use_slots", false))
                .member(aMember("b"))
                .member(aMember("c"))
                .view(facts -> facts.sync("a", 0, standbys));
    }

    private static Replica replica(String name, String state, Optional<Lsn> flushed) {
        return new Replica(name, state, "async", flushed, flushed, flushed, "replicator", Optional.empty());
    }

    private static Decision waitFor(String names) {
        return Decision.of(new Operation.SetSynchronousStandbys(names), Reason.SYNC_STANDBY_WANTED);
    }
}
