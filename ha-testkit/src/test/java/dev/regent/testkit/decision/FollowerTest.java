package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.Decided.upstream;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.MemberState;
import dev.regent.ha.spi.StopMode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FollowerTest {
    @Test
    void aStandbyFollowsTheLeader() {
        assertThat(decide(aSnapshot().standby().ledBy("b"))).isEqualTo(follow("b"));
        assertThat(waits(decide(following("b").ledBy("b")), Reason.FOLLOWING)).isTrue();
    }

    @Test
    void aPrimaryIsFencedWhenAnotherLeads() {
        assertThat(decide(aSnapshot().primary().ledBy("b"))).isEqualTo(stop(StopMode.IMMEDIATE, Reason.NOT_THE_LEADER));
    }

    @Test
    void aServerThatMayComeUpAsPrimaryIsFencedWhenAnotherLeads() {
        assertThat(decide(aSnapshot()
                        .state(ServerState.UNRESPONSIVE)
                        .server(ServerBuilder::primaryData)
                        .ledBy("b")))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.NOT_THE_LEADER));
    }

    @Test
    void aStandbyKeepsItsUpstreamWhileTheLeaderIsUnknown() {
        assertThat(waits(
                        decide(following("c").ledBy("b").member(aMember("b").withoutAddress())),
                        Reason.LEADER_NOT_RUNNING_YET))
                .isTrue();
    }

    @Test
    void aStandbyWhoseReplayWaitsForLargerSettingsIsStoppedToBeStartedWithThem() {
        SnapshotBuilder stuck = following("b").ledBy("b").server(ServerBuilder::needsLargerSettings);

        assertThat(decide(stuck)).isEqualTo(stop(StopMode.FAST, Reason.SETTINGS_TOO_SMALL));
    }

    @Test
    void aStandbyThatShallNotStreamFollowsNobody() {
        assertThat(decide(following("b").ledBy("b").tag("nostream", true)))
                .isEqualTo(Decision.of(new Operation.Follow(Optional.empty()), Reason.LEADER_CHANGED));
        assertThat(decide(aSnapshot().state(ServerState.STOPPED).ledBy("b").tag("nostream", true)))
                .isEqualTo(Decision.of(new Operation.StartStandby(Optional.empty()), Reason.READY_TO_FOLLOW));
    }

    @Test
    void aServerThatIsDownIsStartedToFollow() {
        assertThat(decide(aSnapshot().state(ServerState.STOPPED).ledBy("b")))
                .isEqualTo(Decision.of(new Operation.StartStandby(Optional.of(upstream("b"))), Reason.READY_TO_FOLLOW));
    }

    @Test
    void aServerThatIsDownWaitsForAnAddressToFollow() {
        assertThat(waits(
                        decide(aSnapshot()
                                .state(ServerState.STOPPED)
                                .ledBy("b")
                                .member(aMember("b").withoutAddress())),
                        Reason.LEADER_NOT_RUNNING_YET))
                .isTrue();
    }

    @Test
    void aStartingOrSilentStandbyIsWaitedFor() {
        assertThat(waits(decide(aSnapshot().state(ServerState.STARTING).ledBy("b")), Reason.SERVER_STARTING))
                .isTrue();
        assertThat(waits(decide(aSnapshot().state(ServerState.UNRESPONSIVE).ledBy("b")), Reason.SERVER_DOES_NOT_ANSWER))
                .isTrue();
    }

    @Test
    void aStandbyFollowsTheMemberThatItsTagNames() {
        assertThat(decide(cascading().member(aMember("c")))).isEqualTo(follow("c"));
    }

    @Test
    void aStandbyFollowsTheLeaderWhileTheNamedMemberCannotServeIt() {
        assertThat(decide(cascading().member(aMember("c").state(MemberState.STARTING))))
                .isEqualTo(follow("b"));
        assertThat(decide(cascading())).isEqualTo(follow("b"));
    }

    @Test
    void twoStandbysDoNotFollowEachOther() {
        assertThat(decide(cascading().member(aMember("c").tag("replicatefrom", "a"))))
                .isEqualTo(follow("b"));
    }

    @Test
    void aCascadeThatComesRoundIsOneOfNobody() {
        assertThat(decide(cascading()
                        .member(aMember("c").tag("replicatefrom", "d"))
                        .member(aMember("d").tag("replicatefrom", "a"))))
                .isEqualTo(follow("b"));
    }

    @Test
    void aCascadeAboveWhichOthersGoRoundStaysOne() {
        assertThat(decide(cascading()
                        .member(aMember("c").tag("replicatefrom", "d"))
                        .member(aMember("d").tag("replicatefrom", "c"))))
                .isEqualTo(follow("c"));
    }

    @Test
    void theTagOfTheLeaderIsOfNoAccount() {
        assertThat(decide(aSnapshot()
                        .standby()
                        .ledBy("b")
                        .member(aMember("b").primary().tag("replicatefrom", "a"))
                        .tag("replicatefrom", "b")))
                .isEqualTo(follow("b"));
    }

    @Test
    void aStandbyThatNamesItselfFollowsTheLeader() {
        assertThat(decide(aSnapshot().standby().ledBy("b").tag("replicatefrom", "a")))
                .isEqualTo(follow("b"));
    }

    @Test
    void aTagThatCannotBeANameNamesNobody() {
        assertThat(decide(aSnapshot().standby().ledBy("b").tag("replicatefrom", "no/name")))
                .isEqualTo(follow("b"));
    }

    @Test
    void aMemberWithAnAddressThatCannotBeReadIsNobodyToFollow() {
        assertThat(waits(
                        decide(following("c")
                                .ledBy("b")
                                .member(aMember("b").primary().connUrl("postgres://"))),
                        Reason.LEADER_NOT_RUNNING_YET))
                .isTrue();
    }

    @Test
    void aConfigurationIsTakenOver() {
        assertThat(decide(following("b").ledBy("b").configNotApplied()).reason())
                .isEqualTo(Reason.CONFIG_CHANGED);
    }

    @Test
    void aConfigurationThatCannotBeTakenOverKeepsNobodyFromFollowing() {
        SnapshotBuilder changed = aSnapshot().standby().ledBy("b").configNotApplied();
        Operation configure =
                new Operation.Configure(changed.build().unappliedConfig().orElseThrow());

        assertThat(decide(changed.failed(configure, ofSeconds(0)))).isEqualTo(follow("b"));
    }

    @Test
    void aStandbyThatDoesNotReceiveYetSaysSo() {
        assertThat(waits(decide(aSnapshot().standby().tag("nostream", true).ledBy("b")), Reason.NOT_STREAMING_YET))
                .isTrue();
    }

    private static SnapshotBuilder following(String name) {
        return aSnapshot().standby().server(facts -> facts.following(name));
    }

    private static SnapshotBuilder cascading() {
        return aSnapshot().standby().ledBy("b").tag("replicatefrom", "c");
    }

    private static Decision follow(String name) {
        return Decision.of(new Operation.Follow(Optional.of(upstream(name))), Reason.LEADER_CHANGED);
    }
}
