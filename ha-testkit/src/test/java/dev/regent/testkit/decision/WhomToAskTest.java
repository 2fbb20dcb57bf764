package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.SELF;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.PeersToAsk;
import dev.regent.ha.decision.RemoteToAsk;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is asked how far it is: all others when the leadership may change hands, else nobody. */
class WhomToAskTest {
    private static final List<String> ALL = List.of("b", "c");
    private static final List<String> NOBODY = List.of();

    @Test
    void aCandidateAsksAllOthers() {
        assertThat(asked(aSnapshot().standby())).isEqualTo(ALL);
        assertThat(asked(aSnapshot().primary())).isEqualTo(ALL);
        assertThat(asked(aSnapshot().state(ServerState.ABSENT))).isEqualTo(NOBODY);
    }

    @Test
    void aFollowerAndWhoIsBlindAskNobody() {
        assertThat(asked(aSnapshot().standby().ledBy("b"))).isEqualTo(NOBODY);
        assertThat(asked(aSnapshot().standby().blind())).isEqualTo(NOBODY);
    }

    @Test
    void aPrimaryAsksWhenAPersonWantsAnotherLeader() {
        assertThat(asked(aSnapshot().primary().leading())).isEqualTo(NOBODY);
        assertThat(asked(aSnapshot().primary().leading().switchoverTo("b"))).isEqualTo(ALL);
    }

    @Test
    void aLeaderWhoseServerIsDownAsksWhetherOthersCanLead() {
        assertThat(asked(aSnapshot().state(ServerState.STOPPED).leading())).isEqualTo(ALL);
        assertThat(asked(aSnapshot().state(ServerState.CRASHED).leading())).isEqualTo(ALL);
    }

    @Test
    void aLeaderThatIsAboutToBePromotedAsksNobodyUnlessThatFailed() {
        assertThat(asked(aSnapshot().standby().leading())).isEqualTo(NOBODY);
        assertThat(asked(aSnapshot().standby().leading().switchoverTo("b"))).isEqualTo(NOBODY);
        assertThat(asked(aSnapshot().standby().leading().done(new Operation.Promote(), ofSeconds(1))))
                .isEqualTo(NOBODY);
        assertThat(asked(aSnapshot().standby().leading().failed(new Operation.Promote(), ofSeconds(1))))
                .isEqualTo(ALL);
    }

    @Test
    void oneThatRestsOnTheVotesOfAQuorumAsksTheVotersAgain() {
        SnapshotBuilder elected = aSnapshot().standby().leading().configured("synchronous_mode", "quorum");

        assertThat(asked(elected.view(facts -> facts.sync("b", 1, SELF, "c")))).isEqualTo(ALL);
        assertThat(asked(elected.view(facts -> facts.sync(SELF, 1, "b", "c")))).isEqualTo(NOBODY);
        assertThat(asked(elected.view(facts -> facts.sync("b", 0, SELF)))).isEqualTo(NOBODY);
    }

    @Test
    void theLeaderOfAStandbyClusterAsksWhenAPersonWantsAnother() {
        SnapshotBuilder leads = aSnapshot().standbyCluster("remote").standby().leading();

        assertThat(asked(leads)).isEqualTo(NOBODY);
        assertThat(asked(leads.switchoverTo("b"))).isEqualTo(ALL);
    }

    @Test
    void aMemberWithoutDataAsksTheRemoteServerOnlyOfAnInitializedClusterWithoutLeader() {
        assertThat(isRemoteAsked(SnapshotBuilder.aSnapshot().state(ServerState.ABSENT)))
                .isTrue();
        assertThat(isRemoteAsked(
                        SnapshotBuilder.aSnapshot().state(ServerState.ABSENT).ledBy("b")))
                .isFalse();
        assertThat(isRemoteAsked(
                        SnapshotBuilder.aSnapshot().state(ServerState.ABSENT).view(ViewBuilder::notInitialized)))
                .isFalse();
    }

    private static boolean isRemoteAsked(SnapshotBuilder facts) {
        Snapshot now = facts.standbyCluster("remote").build();
        return RemoteToAsk.of(now.knowledge(), now.database(), now.config()).isPresent();
    }

    private static SnapshotBuilder aSnapshot() {
        return SnapshotBuilder.aSnapshot()
                .member(aMember("b").primary())
                .member(aMember("c"))
                .vacantFor(ZERO);
    }

    private static List<String> asked(SnapshotBuilder facts) {
        Snapshot now = facts.build();
        return PeersToAsk.of(now.self(), now.knowledge(), now.database(), now.finished(), now.vacantFor(), now.config())
                .stream()
                .map(member -> member.name().value())
                .toList();
    }
}
