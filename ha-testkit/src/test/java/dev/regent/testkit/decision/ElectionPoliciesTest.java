package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.CLAIM_VACANT;
import static dev.regent.testkit.decision.Decided.START_PRIMARY;
import static dev.regent.testkit.decision.MemberBuilder.aMember;
import static dev.regent.testkit.decision.SnapshotBuilder.NOW;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.ManualOnly;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.StandardElection;
import dev.regent.ha.decision.ZonePolicy;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.ElectionPolicy;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Verdict;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The policies besides the standard one, alone and as they change what a node does. */
class ElectionPoliciesTest {
    private static final Lsn POSITION = ServerBuilder.POSITION;
    private static final Lsn AHEAD = new Lsn(POSITION.value() + 1);
    private static final Lsn BEHIND = new Lsn(POSITION.value() - 1);
    private static final Decision STAND = Decision.of(CLAIM_VACANT, Reason.BEST_CANDIDATE);

    private static final Decider MANUAL = decider(ManualOnly.policy());
    private static final Decider EAST_ONLY = decider(ZonePolicy.stayIn("east"));
    private static final Decider EAST_FIRST = decider(ZonePolicy.prefer("east"));

    private static Decider decider(ElectionPolicy policy) {
        return new Decider(ElectionPolicy.allOf(policy, StandardElection.policy()));
    }

    @Test
    void anEmbeddersVetoIsHeardAndItsWordsAreShown() {
        Decider decider = decider(ballot -> Verdict.refuse("it is Sunday"));

        assertThat(decider.decide(aSnapshot().standby().build()).explanation())
                .isEqualTo("nobody leads and I do not stand: it is Sunday");
    }

    @Test
    void theFirstOfSeveralRefusalsCounts() {
        ElectionPolicy both = ElectionPolicy.allOf(
                ballot -> Verdict.stand(), ballot -> Verdict.refuse("one"), ballot -> Verdict.refuse("two"));

        assertThat(both.judge(aSnapshot().ballot()).why()).isEqualTo("one");
    }

    // never without a person

    @Test
    void withoutAPersonNobodyTakesTheLeadership() {
        assertThat(MANUAL.decide(aSnapshot().standby().build()).explanation())
                .isEqualTo("nobody leads and I do not stand: the leader changes only when a person asks for it"
                        + " (election policy manual)");
    }

    @Test
    void theCandidateThatAPersonNamesLeads() {
        assertThat(MANUAL.decide(aSnapshot().standby().failoverTo("a").build()).reason())
                .isEqualTo(Reason.REQUESTED_CANDIDATE);
    }

    @Test
    void aSwitchoverToAnybodyIsAPersonsWish() {
        SnapshotBuilder asked = aSnapshot()
                .standby()
                .view(facts -> facts.request(Optional.of("b"), Optional.empty(), Optional.empty()));

        assertThat(MANUAL.decide(asked.build())).isEqualTo(STAND);
    }

    @Test
    void aSwitchoverForTonightIsNoWishForNow() {
        SnapshotBuilder scheduled = aSnapshot()
                .standby()
                .view(facts -> facts.request(Optional.of("b"), Optional.empty(), Optional.of(NOW.plusHours(8))));

        assertThat(MANUAL.decide(scheduled.build()).reason()).isEqualTo(Reason.NOT_STANDING);
    }

    @Test
    void whoLedLastGoesOnWithoutAPerson() {
        assertThat(MANUAL.decide(aSnapshot().primary().build()).reason()).isEqualTo(Reason.PRIMARY_WITHOUT_LEADER);
        assertThat(MANUAL.decide(aSnapshot()
                                .state(ServerState.STOPPED)
                                .server(ServerBuilder::primaryData)
                                .build())
                        .reason())
                .isEqualTo(Reason.SHUT_DOWN_LAST);
        assertThat(judgedByHistory("a").isStand()).isTrue();
        assertThat(judgedByHistory("b").isStand()).isFalse();
    }

    private static Verdict judgedByHistory(String lastLeader) {
        return ManualOnly.policy()
                .judge(aSnapshot()
                        .standby()
                        .view(facts -> facts.timelineEnded(1, POSITION, lastLeader))
                        .ballot());
    }

    @Test
    void aLeaderMakesNoRoomForMembersThatWaitForAPerson() {
        SnapshotBuilder crashed = aSnapshot()
                .state(ServerState.CRASHED)
                .server(ServerBuilder::primaryData)
                .leading()
                .configured("primary_start_timeout", 0)
                .answering("b");

        assertThat(MANUAL.decide(crashed.build())).isEqualTo(Decision.of(START_PRIMARY, Reason.LEADER_SERVER_DOWN));
        assertThat(MANUAL.decide(crashed.failoverTo("b").build()).reason()).isEqualTo(Reason.HANDING_OVER);
    }

    // zones

    @Test
    void membersElsewhereDoNotLead() {
        assertThat(EAST_ONLY
                        .decide(aSnapshot().standby().tag("zone", "west").build())
                        .explanation())
                .isEqualTo("nobody leads and I do not stand: the leader stays in zone east, which my tag zone does not"
                        + " name");
        assertThat(EAST_ONLY.decide(aSnapshot().standby().tag("zone", "east").build()))
                .isEqualTo(STAND);
    }

    @Test
    void membersElsewhereThatAreAheadKeepNobodyFromLeading() {
        SnapshotBuilder behindWest = aSnapshot().standby().tag("zone", "east").peer("b", in("west", AHEAD));

        assertThat(EAST_ONLY.decide(behindWest.build()).action()).isEqualTo(CLAIM_VACANT);
        assertThat(EAST_FIRST.decide(behindWest.build()).explanation()).contains("b is ahead of me");
    }

    @Test
    void aPrimaryElsewhereGoesOn() {
        assertThat(EAST_ONLY
                        .decide(aSnapshot().primary().tag("zone", "west").build())
                        .reason())
                .isEqualTo(Reason.PRIMARY_WITHOUT_LEADER);
    }

    @Test
    void aLeaderMakesRoomOnlyForMembersOfTheZone() {
        SnapshotBuilder crashed = aSnapshot()
                .state(ServerState.CRASHED)
                .server(ServerBuilder::primaryData)
                .leading()
                .configured("primary_start_timeout", 0);

        assertThat(EAST_ONLY
                        .decide(crashed.peer("b", in("west", POSITION)).build())
                        .reason())
                .isEqualTo(Reason.LEADER_SERVER_DOWN);
        assertThat(EAST_ONLY
                        .decide(crashed.peer("b", in("east", POSITION)).build())
                        .reason())
                .isEqualTo(Reason.PRIMARY_CRASHED);
    }

    @Test
    void aPersonMayNameAMemberElsewhere() {
        assertThat(EAST_ONLY
                        .decide(aSnapshot()
                                .primary()
                                .leading()
                                .switchoverTo("b")
                                .peer("b", in("west", POSITION))
                                .build())
                        .reason())
                .isEqualTo(Reason.HANDING_OVER);
        assertThat(EAST_ONLY
                        .decide(aSnapshot()
                                .primary()
                                .leading()
                                .view(facts -> facts.request(Optional.of("a"), Optional.empty(), Optional.empty()))
                                .peer("b", in("west", POSITION))
                                .build())
                        .reason())
                .isEqualTo(Reason.REQUEST_IMPOSSIBLE);
    }

    @Test
    void aMemberOfThePreferredZoneGoesFirstForALoopWait() {
        SnapshotBuilder west = aSnapshot().standby().tag("zone", "west").peer("b", in("east", POSITION));

        assertThat(EAST_FIRST.decide(west.vacantFor(ofSeconds(9)).build()).explanation())
                .isEqualTo("nobody leads and I do not stand: b is equally far and in the preferred zone east");
        assertThat(EAST_FIRST.decide(west.vacantFor(ofSeconds(10)).build())).isEqualTo(STAND);
    }

    @Test
    void nobodyIsWaitedForInThePreferredZoneWhoCannotLead() {
        SnapshotBuilder west = aSnapshot().standby().tag("zone", "west");

        assertThat(EAST_FIRST.decide(west.silent("b").build())).isEqualTo(STAND);
        assertThat(EAST_FIRST.decide(west.peer("b", in("east", BEHIND)).build()).action())
                .isEqualTo(CLAIM_VACANT);
        PeerStatus barred =
                new PeerStatus.Answer(true, at(POSITION), new Tags(Map.of("zone", "east", "nofailover", true)), false);
        assertThat(EAST_FIRST.decide(west.peer("b", barred).build())).isEqualTo(STAND);
    }

    // what a member would do

    @Test
    void aFollowerKnowsWhetherItWouldStand() {
        SnapshotBuilder follower = aSnapshot().standby().ledBy("b").member(aMember("c"));

        assertThat(MANUAL.candidacy(follower.build()).isStand()).isFalse();
        assertThat(new Decider(StandardElection.policy()).candidacy(follower.build()))
                .isEqualTo(Verdict.stand());
        assertThat(new Decider(StandardElection.policy())
                        .candidacy(follower.state(ServerState.STARTING).build())
                        .why())
                .isEqualTo("my server is not running");
    }

    // too early to suspect the last leader

    @Test
    void nobodyRacesForALoopWaitWhereABackoffIsConfigured() {
        assertThat(decideBackedOff(aSnapshot().vacantFor(ofSeconds(4)))).isEqualTo(postponed(6));
        assertThat(decideBackedOff(aSnapshot().vacantFor(ofSeconds(10)))).isEqualTo(STAND);
    }

    @Test
    void aLogThatStillGrowsPutsTheRaceOffUntilTheBackoffIsOver() {
        assertThat(decideBackedOff(streaming().logGrew(ofSeconds(3)).vacantFor(ofSeconds(12))))
                .isEqualTo(postponed(7));
        assertThat(decideBackedOff(streaming().logGrew(ofSeconds(3)).vacantFor(ofSeconds(22))))
                .isEqualTo(postponed(3));
        assertThat(decideBackedOff(streaming().logGrew(ofSeconds(3)).vacantFor(ofSeconds(25))))
                .isEqualTo(STAND);
        assertThat(decideBackedOff(streaming().logGrew(ofSeconds(10)).vacantFor(ofSeconds(12))))
                .isEqualTo(STAND);
    }

    @Test
    void aLogThatDoesNotComeFromAServerPutsNothingOff() {
        assertThat(decideBackedOff(aSnapshot().logGrew(ofSeconds(3)).vacantFor(ofSeconds(12))))
                .isEqualTo(STAND);
    }

    @Test
    void whomAPersonNamesDoesNotWait() {
        assertThat(decideBackedOff(aSnapshot().failoverTo("a")).reason()).isEqualTo(Reason.REQUESTED_CANDIDATE);
    }

    @Test
    void aPrimaryWithoutLeaderDoesNotWaitBecauseItAcceptsWrites() {
        assertThat(new Decider(StandardElection.policy())
                        .decide(aSnapshot()
                                .configured("primary_race_backoff", 25)
                                .primary()
                                .build())
                        .reason())
                .isEqualTo(Reason.PRIMARY_WITHOUT_LEADER);
    }

    private static SnapshotBuilder streaming() {
        return aSnapshot().server(facts -> facts.following("b"));
    }

    private static Decision decideBackedOff(SnapshotBuilder now) {
        return new Decider(StandardElection.policy())
                .decide(now.configured("primary_race_backoff", 25).standby().build());
    }

    private static Decision postponed(int seconds) {
        return new Decision(new Action.Wait(ofSeconds(seconds)), Reason.RACE_POSTPONED, "at " + POSITION);
    }

    private static PeerStatus in(String zone, Lsn position) {
        return new PeerStatus.Answer(true, at(position), new Tags(Map.of("zone", zone)), false);
    }

    private static WalPosition at(Lsn position) {
        return WalPosition.ofStandby(ServerBuilder.TIMELINE, position, position);
    }
}
