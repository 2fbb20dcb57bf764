package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.waits;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.PeerStatus;
import org.junit.jupiter.api.Test;

/** For whom a leader makes room: seen by whether one that has crashed, and need not wait for its server, does. */
class SuccessorsTest {
    private static final int TIMELINE = 3;
    private static final long TOLERATED = 1000;
    private static final Lsn END = ServerBuilder.POSITION;

    @Test
    void whoLagsNoMoreThanIsTolerated() {
        assertThat(makesRoom(crashed().peer("b", at(TIMELINE, END.value() - TOLERATED))))
                .isTrue();
        assertThat(makesRoom(crashed().peer("b", at(TIMELINE, END.value() - TOLERATED - 1))))
                .isFalse();
    }

    @Test
    void whoIsOnTheClustersTimeline() {
        assertThat(makesRoom(crashed().peer("b", at(TIMELINE, END.value())))).isTrue();
        assertThat(makesRoom(crashed().peer("b", at(TIMELINE - 1, END.value()))))
                .isFalse();
    }

    @Test
    void whoHoldsEveryCommitThatWasPromised() {
        SnapshotBuilder promised = crashed().synchronous().view(facts -> facts.sync("a", 0, "b"));

        assertThat(makesRoom(promised.peer("c", at(TIMELINE, END.value())))).isFalse();
        assertThat(makesRoom(promised.peer("b", at(TIMELINE, END.value())))).isTrue();
    }

    @Test
    void ofAQuorumSoManyMustAnswerThatOneOfThemIsElected() {
        assertThat(makesRoom(quorum().peer("b", at(TIMELINE, END.value())))).isFalse();
        assertThat(makesRoom(quorum().peer("b", at(TIMELINE, END.value())).peer("c", at(TIMELINE, 1))))
                .isTrue();
    }

    @Test
    void strangersToTheQuorumAndThoseOnOldTimelinesDoNotCount() {
        assertThat(makesRoom(quorum().peer("b", at(TIMELINE, END.value())).peer("d", at(TIMELINE, END.value()))))
                .isFalse();
        assertThat(makesRoom(quorum().peer("b", at(TIMELINE, END.value())).peer("c", at(TIMELINE - 1, END.value()))))
                .isFalse();
        assertThat(makesRoom(quorum().peer("b", at(TIMELINE, END.value())).silent("c")))
                .isFalse();
    }

    @Test
    void aRunningPrimaryKnowsBetterThanTheStoreWhereItsLogEnds() {
        SnapshotBuilder leader = aSnapshot()
                .primary()
                .leading()
                .configured("maximum_lag_on_failover", TOLERATED)
                .switchoverTo("b")
                .answering("b", END);

        assertThat(decide(leader).reason()).isEqualTo(Reason.HANDING_OVER);
        assertThat(decide(leader.server(facts -> facts.at(new Lsn(END.value() + TOLERATED + 1))))
                        .reason())
                .isEqualTo(Reason.REQUEST_IMPOSSIBLE);
    }

    @Test
    void whatAServerWroteWhenItStoppedDoesNotMakeItsCandidateLag() {
        assertThat(waits(
                        decide(aSnapshot()
                                .state(ServerState.STOPPED)
                                .server(facts -> facts.primaryData().at(new Lsn(END.value() + TOLERATED + 1)))
                                .leading()
                                .configured("maximum_lag_on_failover", TOLERATED)
                                .switchoverTo("b")
                                .answering("b", END)),
                        Reason.SUCCESSOR_CATCHING_UP))
                .isTrue();
    }

    private static boolean makesRoom(SnapshotBuilder now) {
        Reason reason = decide(now).reason();
        assertThat(reason).isIn(Reason.PRIMARY_CRASHED, Reason.LEADER_SERVER_DOWN);
        return reason == Reason.PRIMARY_CRASHED;
    }

    private static SnapshotBuilder crashed() {
        return aSnapshot()
                .state(ServerState.CRASHED)
                .server(facts -> facts.primaryData().at(TIMELINE, END))
                .view(facts -> facts.timelineEnded(TIMELINE - 1, new Lsn(1)))
                .leading()
                .configured("maximum_lag_on_failover", TOLERATED)
                .configured("primary_start_timeout", 0);
    }

    private static SnapshotBuilder quorum() {
        return crashed().configured("synchronous_mode", "quorum").view(facts -> facts.sync("a", 1, "b", "c"));
    }

    private static PeerStatus at(int timeline, long position) {
        Lsn reached = new Lsn(position);
        return new PeerStatus.Answer(true, WalPosition.ofStandby(timeline, reached, reached), Tags.NONE, false);
    }
}
