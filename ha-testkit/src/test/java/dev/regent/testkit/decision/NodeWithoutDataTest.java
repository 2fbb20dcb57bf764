package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.upstream;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.MemberState;
import org.junit.jupiter.api.Test;

class NodeWithoutDataTest {
    @Test
    void theFirstNodeClaimsTheRightToCreateTheCluster() {
        assertThat(decide(noCluster())).isEqualTo(Decision.of(new Action.ClaimInitialization(), Reason.NO_CLUSTER_YET));
    }

    @Test
    void whoHasTheRightCreatesTheClusterAlsoOnceMore() {
        Decision create = Decision.of(new Operation.CreateCluster(), Reason.I_CREATE_THE_CLUSTER);

        assertThat(decide(noCluster().view(facts -> facts.initialization("", true))))
                .isEqualTo(create);
        assertThat(decide(noCluster().state(ServerState.INCOMPLETE).view(facts -> facts.initialization("", true))))
                .isEqualTo(create);
    }

    @Test
    void othersWaitForTheOneThatCreates() {
        assertThat(waits(
                        decide(noCluster().view(facts -> facts.initialization("", false))),
                        Reason.ANOTHER_NODE_CREATES_THE_CLUSTER))
                .isTrue();
    }

    @Test
    void aNodeThatMayNotLeadOrIsNotToldHowDoesNotCreateACluster() {
        assertThat(waits(decide(noCluster().tag("nofailover", true)), Reason.MAY_NOT_CREATE_A_CLUSTER))
                .isTrue();
        assertThat(waits(decide(noCluster().mayNotCreateCluster()), Reason.MAY_NOT_CREATE_A_CLUSTER))
                .isTrue();
    }

    @Test
    void aNodeCopiesTheLeader() {
        assertThat(decide(withoutData().ledBy("b"))).isEqualTo(clone("b"));
        assertThat(decide(withoutData().state(ServerState.INCOMPLETE).ledBy("b")))
                .isEqualTo(clone("b"));
    }

    @Test
    void aNodeCopiesTheMemberThatOffersItself() {
        assertThat(decide(withoutData().ledBy("b").member(aMember("c").tag("clonefrom", true))))
                .isEqualTo(clone("c"));
    }

    @Test
    void aNodeDoesNotCopyAnOfferThatIsDownItsOwnOrHasNoAddress() {
        assertThat(decide(withoutData()
                        .ledBy("b")
                        .member(aMember("a").tag("clonefrom", true))
                        .member(aMember("c").tag("clonefrom", true).state(MemberState.STOPPED))
                        .member(aMember("d").tag("clonefrom", true).withoutAddress())))
                .isEqualTo(clone("b"));
    }

    @Test
    void aNodeWaitsForALeaderThatRuns() {
        assertThat(waits(decide(withoutData().ledBy("b").member(aMember("b"))), Reason.NOTHING_TO_CLONE_FROM))
                .isTrue();
    }

    @Test
    void anExistingClusterIsNotCreatedAgainWhenItsLeaderIsGone() {
        assertThat(waits(decide(withoutData()), Reason.NOTHING_TO_CLONE_FROM)).isTrue();
    }

    @Test
    void inAPausedClusterNothingIsCopied() {
        assertThat(waits(decide(withoutData().ledBy("b").paused()), Reason.PAUSED))
                .isTrue();
    }

    private static SnapshotBuilder withoutData() {
        return aSnapshot().state(ServerState.ABSENT);
    }

    private static SnapshotBuilder noCluster() {
        return withoutData().view(ViewBuilder::notInitialized);
    }

    private static Decision clone(String source) {
        return Decision.of(new Operation.Clone(upstream(source)), Reason.LEADER_CAN_BE_CLONED);
    }
}
