package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.StopMode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BelongingTest {
    private static final String OTHER_CLUSTER = "7300000000000000002";
    private static final Action RELEASE = new Action.ReleaseLeadership(ViewBuilder.LEADER_REVISION, Optional.empty());

    @Test
    void aNodeWithForeignDataAbandonsAndTouchesNothing() {
        Decision decision = decide(aSnapshot().primary().server(facts -> facts.systemId(OTHER_CLUSTER)));

        assertThat(decision.action()).isEqualTo(Action.ABANDON);
        assertThat(decision.explanation())
                .isEqualTo("the data directory belongs to another cluster: the data has system identifier "
                        + OTHER_CLUSTER + ", the cluster " + ServerBuilder.SYSTEM_ID);
    }

    @Test
    void aLeaderWithForeignDataMakesRoomFirst() {
        Decision decision = decide(aSnapshot().standby().leading().server(facts -> facts.systemId(OTHER_CLUSTER)));

        assertThat(decision.action()).isEqualTo(RELEASE);
        assertThat(decision.reason()).isEqualTo(Reason.FOREIGN_DATA);
    }

    @Test
    void inAPausedClusterForeignDataIsOnlyReported() {
        assertThat(waits(
                        decide(aSnapshot().standby().paused().server(facts -> facts.systemId(OTHER_CLUSTER))),
                        Reason.FOREIGN_DATA))
                .isTrue();
    }

    @Test
    void dataThatCannotBeReadIsLeftAlone() {
        assertThat(waits(
                        decide(aSnapshot().state(ServerState.STOPPED).server(ServerBuilder::unreadable)),
                        Reason.UNREADABLE_DATA))
                .isTrue();
    }

    @Test
    void aLeaderWhoseDataCannotBeReadMakesRoom() {
        assertThat(decide(aSnapshot()
                        .state(ServerState.STOPPED)
                        .server(ServerBuilder::unreadable)
                        .leading()))
                .isEqualTo(Decision.of(RELEASE, Reason.UNREADABLE_DATA));
    }

    @Test
    void aRunningServerMayKeepItsIdentifierToItself() {
        assertThat(waits(decide(aSnapshot().primary().leading().server(ServerBuilder::unreadable)), Reason.LEADING))
                .isTrue();
    }

    @Test
    void theLeaderRecordsTheIdentifierThatIsMissing() {
        assertThat(decide(aSnapshot().primary().leading().view(ViewBuilder::notInitialized)))
                .isEqualTo(recorded(Expected.ABSENT, Reason.SYSTEM_ID_NOT_RECORDED));
    }

    @Test
    void whoHasCreatedTheClusterRecordsItInPlaceOfItsClaim() {
        assertThat(decide(aSnapshot().state(ServerState.STOPPED).view(facts -> facts.initialization("", true))))
                .isEqualTo(recorded(Expected.at(ViewBuilder.INITIALIZE_REVISION), Reason.CLUSTER_CREATED));
    }

    @Test
    void dataWithoutAClusterBecomesOne() {
        assertThat(decide(aSnapshot().primary().view(ViewBuilder::notInitialized)))
                .isEqualTo(recorded(Expected.ABSENT, Reason.DATA_WITHOUT_CLUSTER));
    }

    @Test
    void aStandbyDoesNotBecomeAClusterOfItsOwn() {
        assertThat(waits(
                        decide(aSnapshot().standby().view(ViewBuilder::notInitialized)),
                        Reason.STANDBY_WITHOUT_CLUSTER))
                .isTrue();
    }

    @Test
    void dataWaitsWhileAnotherNodeCreatesTheCluster() {
        assertThat(waits(
                        decide(aSnapshot().state(ServerState.STOPPED).view(facts -> facts.initialization("", false))),
                        Reason.ANOTHER_NODE_CREATES_THE_CLUSTER))
                .isTrue();
    }

    @Test
    void aPrimaryIsFencedWhenAnotherLeadsEvenBeforeTheClusterIsKnown() {
        assertThat(decide(aSnapshot().primary().ledBy("b").view(ViewBuilder::notInitialized)))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.NOT_THE_LEADER));
    }

    private static Decision recorded(Expected expected, Reason reason) {
        return Decision.of(new Action.RecordSystemId(ServerBuilder.SYSTEM_ID, expected), reason);
    }
}
