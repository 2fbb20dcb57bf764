package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.PossibleLoss;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.PeerStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whoever takes the leadership says what it may lack, as far as anybody has said. */
class PossibleLossTest {
    private static final Lsn POSITION = ServerBuilder.POSITION;

    @Test
    void whoHasEverythingLosesNothing() {
        assertThat(loss(aSnapshot().standby().answering("b", POSITION))).isEmpty();
        assertThat(loss(aSnapshot().primary().answering("b", further(5)))).isEmpty();
    }

    @Test
    void whatTheLastLeaderHadWrittenIsMissed() {
        SnapshotBuilder behind = aSnapshot().standby().view(facts -> facts.optime(further(100)));

        assertThat(loss(behind)).contains(new PossibleLoss(100, Optional.empty(), Optional.empty(), false));
        assertThat(loss(behind).orElseThrow().text())
                .isEqualTo("may lack 100 bytes of WAL that the last leader had written");
    }

    @Test
    void whatAMemberThatMustNotLeadStillHasIsNotLostSilently() {
        PeerStatus ahead = new PeerStatus.Answer(
                true, WalPosition.ofStandby(1, further(70), further(7)), new Tags(Map.of("nofailover", true)), false);

        assertThat(loss(aSnapshot().standby().peer("b", ahead)).orElseThrow().text())
                .isEqualTo("may lack 70 bytes of WAL that b has");
    }

    @Test
    void anAnswerCountsMoreThanWhatWasPublished() {
        SnapshotBuilder published = aSnapshot().standby().member(aMember("b").at(1, further(70)));

        assertThat(loss(published).orElseThrow().holder()).contains(NodeName.of("b"));
        assertThat(loss(published.answering("b", POSITION))).isEmpty();
    }

    @Test
    void whatIsOnAnOlderTimelineIsNoLoss() {
        PeerStatus forked =
                new PeerStatus.Answer(true, WalPosition.ofStandby(1, further(70), further(70)), Tags.NONE, false);

        assertThat(loss(aSnapshot()
                        .standby()
                        .server(facts -> facts.at(2, POSITION))
                        .peer("b", forked)))
                .isEmpty();
    }

    @Test
    void whoWasNotSynchronousMayLackCommitsThoughNobodySaysHowMany() {
        SnapshotBuilder forced = aSnapshot().standby().view(facts -> facts.sync("b", 0, "c"));

        assertThat(loss(forced)).contains(new PossibleLoss(0, Optional.empty(), Optional.empty(), true));
        assertThat(loss(forced).orElseThrow().text())
                .isEqualTo("may lack commits, nobody knows how many, which may include acknowledged commits");
    }

    @Test
    void whoWasSynchronousLacksNothingThatWasPromised() {
        assertThat(loss(aSnapshot()
                        .standby()
                        .view(facts -> facts.sync("b", 0, "a").optime(further(70)))))
                .isEmpty();
    }

    @Test
    void theAgeOfTheLastReplayedCommitSaysHowMuchTimeIsMissing() {
        SnapshotBuilder behind = aSnapshot()
                .standby()
                .server(facts -> facts.replayedAt("2031-03-01 13:59:48.5+02:00"))
                .view(facts -> facts.optime(further(100)));

        assertThat(loss(behind).orElseThrow().sinceLastCommit()).contains(Duration.ofMillis(11_500));
        assertThat(loss(behind).orElseThrow().text()).endsWith("; its last replayed commit is 11 s old");
        assertThat(loss(behind.server(facts -> facts.replayedAt("yesterday")))
                        .orElseThrow()
                        .sinceLastCommit())
                .isEmpty();
    }

    private static Optional<PossibleLoss> loss(SnapshotBuilder now) {
        return PossibleLoss.of(now.build());
    }

    private static Lsn further(long bytes) {
        return new Lsn(POSITION.value() + bytes);
    }
}
