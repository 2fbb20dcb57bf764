package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.START_PRIMARY;
import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import org.junit.jupiter.api.Test;

/** Clients of a primary that has started again find only what whoever may be promoted holds. */
class StartGateTest {
    private static final Lsn START = ServerBuilder.POSITION;
    private static final Lsn BEHIND = new Lsn(START.value() - 1);
    private static final Decision OPEN = Decision.of(new Operation.OpenToClients(), Reason.CLIENTS_MAY_COME);

    @Test
    void aPrimaryWithSynchronousStandbysStartsClosed() {
        SnapshotBuilder stopped = gated().state(ServerState.STOPPED)
                .server(ServerBuilder::primaryData)
                .leading();

        assertThat(decide(stopped.view(facts -> facts.sync("a", 0, "b"))).action())
                .isEqualTo(new Operation.StartPrimary(true));
    }

    @Test
    void aPrimaryThatNobodyCanReplaceOrWithoutTheGateStartsOpen() {
        assertThat(decide(gated().state(ServerState.STOPPED)
                                .server(ServerBuilder::primaryData)
                                .leading()
                                .view(facts -> facts.sync("a", 0)))
                        .action())
                .isEqualTo(START_PRIMARY);
        assertThat(decide(aSnapshot()
                                .synchronous()
                                .state(ServerState.STOPPED)
                                .server(ServerBuilder::primaryData)
                                .leading()
                                .view(facts -> facts.sync("a", 0, "b")))
                        .action())
                .isEqualTo(START_PRIMARY);
    }

    @Test
    void clientsComeInWhenTheStandbyHoldsWhatTheLogHeldAtTheStart() {
        assertThat(decide(closed().view(facts -> facts.sync("a", 0, "b"))
                        .server(facts -> facts.replica("b", "sync", START))))
                .isEqualTo(OPEN);
    }

    @Test
    void clientsStayOutWhileTheStandbyIsBehindOrGone() {
        SnapshotBuilder behind = closed().configured("synchronous_mode_strict", true)
                .view(facts -> facts.sync("a", 0, "b"))
                .member(MemberBuilder.aMember("b"))
                .server(facts -> facts.replica("b", "sync", BEHIND));
        SnapshotBuilder gone = closed().configured("synchronous_mode_strict", true)
                .view(facts -> facts.sync("a", 0, "b"))
                .member(MemberBuilder.aMember("b"));

        assertThat(decide(behind)).isNotEqualTo(OPEN);
        assertThat(waits(decide(gone), Reason.CLIENTS_KEPT_OUT)).isTrue();
    }

    @Test
    void ofAQuorumAsManyAsItTakesForEveryElectionToMeetOneOfThem() {
        SnapshotBuilder one = closed().configured("synchronous_mode", "quorum")
                .view(facts -> facts.sync("a", 1, "b", "c"))
                .server(facts -> facts.replica("b", "quorum", START).replica("c", "quorum", BEHIND));
        SnapshotBuilder none = closed().configured("synchronous_mode", "quorum")
                .view(facts -> facts.sync("a", 1, "b", "c"))
                .server(facts -> facts.replica("b", "quorum", BEHIND).replica("c", "quorum", BEHIND));

        assertThat(decide(one)).isEqualTo(OPEN);
        assertThat(decide(none)).isNotEqualTo(OPEN);
    }

    @Test
    void clientsComeInWhenNobodyAsksForTheGateAnyMore() {
        assertThat(decide(aSnapshot().primary().leading().server(ServerBuilder::closed)))
                .isEqualTo(OPEN);
    }

    private static SnapshotBuilder gated() {
        return aSnapshot().synchronous().configured("synchronous_start_gate", true);
    }

    private static SnapshotBuilder closed() {
        return gated().primary()
                .leading()
                .server(facts -> facts.closed().synchronousNames("b", START).slots("b"));
    }
}
