package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.Decided.decide;
import static dev.regent.testkit.decision.Decided.stop;
import static dev.regent.testkit.decision.SnapshotBuilder.SELF;
import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.FailsafeState;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.Remedy;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.decision.StandardElection;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.Failsafe;
import dev.regent.ha.spi.FailsafeAnswer;
import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a primary does without the store, and what members do that have given it their word. */
class FailsafeTest {
    private static final Lsn AHEAD = new Lsn(ServerBuilder.POSITION.value() + 1000);
    private static final Duration TTL = ofSeconds(30);

    /** A standby of a cluster in failsafe mode that nobody leads and in which nothing else keeps it from standing. */
    private static SnapshotBuilder fitStandby() {
        return aSnapshot().standby().failsafe(SELF, "b").answering("b");
    }

    // The primary

    @Test
    void aBlindPrimaryGoesOnAsLongAsAllMembersLetIt() {
        assertThat(decide(aSnapshot()
                        .primary()
                        .failsafe(SELF, "b")
                        .blind()
                        .livingByMembers()
                        .sessionLeft(ofSeconds(20))))
                .isEqualTo(Decision.of(new Action.Wait(ofSeconds(1)), Reason.ALL_MEMBERS_AGREE));
    }

    @Test
    void aBlindPrimaryWhoseMembersDoNotAllAgreeStopsInTimeAndSaysWhoDoesNot() {
        Decision decision = decide(aSnapshot()
                .primary()
                .failsafe(SELF, "b")
                .blind()
                .objecting("b", "no answer in time")
                .sessionLeft(ofSeconds(5)));

        assertThat(decision.action()).isEqualTo(new Operation.Stop(StopMode.IMMEDIATE));
        assertThat(decision.reason()).isEqualTo(Reason.NOT_ALL_MEMBERS_AGREE);
        assertThat(decision.explanation()).endsWith("b: no answer in time");
    }

    @Test
    void aMemberThatObjectsDoesNotStopAPrimaryBeforeItsTime() {
        assertThat(decide(aSnapshot()
                        .primary()
                        .failsafe(SELF, "b")
                        .blind()
                        .objecting("b", "no answer in time")
                        .sessionLeft(ofSeconds(6))))
                .isEqualTo(Decision.of(new Action.Wait(ofSeconds(1)), Reason.STORE_UNREACHABLE_BUT_LEADING));
    }

    @Test
    void aPrimaryToWhichTheStoreSaysThatAnotherLeadsIsStoppedWhateverTheMembersSaid() {
        assertThat(decide(aSnapshot()
                        .primary()
                        .failsafe(SELF, "b")
                        .ledBy("b")
                        .livingByMembers()
                        .sessionLeft(ofSeconds(20))))
                .isEqualTo(stop(StopMode.IMMEDIATE, Reason.NOT_THE_LEADER));
    }

    @Test
    void aPrimaryThatFindsTheStoreBackAndTheEntryGoneClaimsAtOnceAlsoAsAStrangerToTheLastLeader() {
        assertThat(decide(aSnapshot().primary().failsafe("b", "c").silent("b").silent("c")))
                .isEqualTo(Decision.of(
                        new Action.ClaimLeadership(dev.regent.ha.spi.Expected.ABSENT), Reason.PRIMARY_WITHOUT_LEADER));
    }

    // Consent

    @Test
    void consentIsUnanimousAndLastsAsLongAsTheShortestPledge() {
        NodeName b = NodeName.of("b");
        NodeName c = NodeName.of("c");
        FailsafeAnswer shorter = new FailsafeAnswer.Accepted(Optional.of(ofSeconds(20)), Optional.empty());
        FailsafeAnswer longer = new FailsafeAnswer.Accepted(Optional.of(ofSeconds(60)), Optional.empty());
        FailsafeAnswer refused = new FailsafeAnswer.Refused(FailsafeAnswer.Ground.MODE_OFF, "off");

        assertThat(FailsafeState.consent(Map.of(b, shorter, c, Failsafe.accepted()), TTL))
                .hasValue(ofSeconds(20));
        assertThat(FailsafeState.consent(Map.of(b, longer, c, Failsafe.accepted()), TTL))
                .hasValue(TTL);
        assertThat(FailsafeState.consent(Map.of(b, Failsafe.accepted(), c, refused), TTL))
                .isEmpty();
        assertThat(FailsafeState.consent(Map.of(), TTL)).hasValue(TTL);
    }

    // Who has given its word

    @Test
    void whoHasGivenItsWordFollowsThePrimaryInsteadOfStanding() {
        assertThat(decide(fitStandby().pledgedTo("b", ofSeconds(9))).action())
                .isEqualTo(new Operation.Follow(Optional.of(
                        MemberBuilder.aMember("b").build().asUpstream().orElseThrow())));
        assertThat(decide(fitStandby()
                                .pledgedTo("b", ofSeconds(9))
                                .server(server -> server.following("b").slots("b")))
                        .reason())
                .isIn(Reason.FOLLOWING, Reason.NOT_STREAMING_YET);
    }

    @Test
    void notEvenAPersonMakesAMemberBreakItsWord() {
        SnapshotBuilder asked = fitStandby().pledgedTo("b", ofSeconds(9)).failoverTo(SELF);

        assertThat(decide(asked).action()).isNotInstanceOf(Action.ClaimLeadership.class);
        assertThat(decide(asked.paused()).action()).isNotInstanceOf(Action.ClaimLeadership.class);
    }

    @Test
    void aServerThatIsDownStartsAsAStandbyOfThePrimaryThatLivesOn() {
        assertThat(decide(fitStandby().state(ServerState.STOPPED).pledgedTo("b", ofSeconds(9)))
                        .action())
                .isInstanceOf(Operation.StartStandby.class);
    }

    @Test
    void aClaimThatHasWonAfterTheWordWasGivenIsTakenBack() {
        SnapshotBuilder leader = fitStandby().leading().pledgedTo("b", ofSeconds(9));

        assertThat(decide(leader).action()).isInstanceOf(Action.ReleaseLeadership.class);
        assertThat(decide(leader).reason()).isEqualTo(Reason.WORD_GIVEN);
    }

    @Test
    void itIsTakenBackInAPausedClusterToo() {
        assertThat(decide(fitStandby()
                                .leading()
                                .pledgedTo("b", ofSeconds(9))
                                .failoverTo(SELF)
                                .paused())
                        .reason())
                .isEqualTo(Reason.WORD_GIVEN);
    }

    @Test
    void theEntryOfAnEarlierLifeThatMayHaveGivenItsWordIsNotGoneOnWith() {
        SnapshotBuilder restarted = fitStandby().ledByEarlierLife().mayHavePledged(ofSeconds(12));

        assertThat(decide(restarted)).isEqualTo(Decision.of(new Action.Wait(ofSeconds(12)), Reason.WORD_MAY_BE_GIVEN));
        assertThat(decide(restarted.paused()))
                .isEqualTo(Decision.of(new Action.Wait(ofSeconds(12)), Reason.WORD_MAY_BE_GIVEN));
    }

    @Test
    void anEarlierLifeWhoseServerWasOpenHadGivenNoWord() {
        assertThat(decide(aSnapshot()
                                .state(ServerState.CRASHED)
                                .server(ServerBuilder::primaryData)
                                .failsafe(SELF, "b")
                                .ledByEarlierLife()
                                .mayHavePledged(ofSeconds(12)))
                        .reason())
                .isEqualTo(Reason.EARLIER_LIFE_LED);
        assertThat(decide(aSnapshot()
                                .primary()
                                .failsafe(SELF, "b")
                                .ledByEarlierLife()
                                .mayHavePledged(ofSeconds(12)))
                        .reason())
                .isEqualTo(Reason.EARLIER_LIFE_LED);
    }

    @Test
    void whoLeadsWithAnOpenServerHasGivenNoWordThatCounts() {
        assertThat(decide(aSnapshot().primary().failsafe(SELF, "b").leading().pledgedTo("b", ofSeconds(9)))
                        .action())
                .isNotInstanceOf(Action.ReleaseLeadership.class);
    }

    // Who may have given its word in an earlier life

    @Test
    void whoHasJustBeenStartedWaitsUntilItsWordMustHaveRunOut() {
        assertThat(decide(fitStandby().mayHavePledged(ofSeconds(12))))
                .isEqualTo(Decision.of(new Action.Wait(ofSeconds(12)), Reason.WORD_MAY_BE_GIVEN));
        assertThat(decide(fitStandby().mayHavePledged(ofSeconds(12)).failoverTo(SELF)))
                .isEqualTo(Decision.of(new Action.Wait(ofSeconds(12)), Reason.WORD_MAY_BE_GIVEN));
        assertThat(decide(fitStandby()
                        .mayHavePledged(ofSeconds(12))
                        .failoverTo(SELF)
                        .paused()))
                .isEqualTo(Decision.of(new Action.Wait(ofSeconds(12)), Reason.WORD_MAY_BE_GIVEN));
        assertThat(decide(fitStandby()).action()).isInstanceOf(Action.ClaimLeadership.class);
    }

    @Test
    void whoWasShutDownLastDoesNotOpenItsServerBeforeThat() {
        SnapshotBuilder last = aSnapshot()
                .state(ServerState.STOPPED)
                .server(ServerBuilder::primaryData)
                .failsafe(SELF, "b")
                .silent("b");

        assertThat(decide(last).action()).isInstanceOf(Action.ClaimLeadership.class);
        assertThat(decide(last.mayHavePledged(ofSeconds(12))).action()).isInstanceOf(Operation.StartStandby.class);
    }

    @Test
    void aRunningPrimaryHasNeverGivenItsWord() {
        assertThat(decide(aSnapshot().primary().failsafe(SELF, "b").silent("b").mayHavePledged(ofSeconds(12)))
                        .action())
                .isInstanceOf(Action.ClaimLeadership.class);
    }

    // Who is not among the members that would be asked

    @Test
    void whoWouldNotBeAskedDoesNotStandEvenIfAPersonWantsIt() {
        SnapshotBuilder stranger = aSnapshot().standby().failsafe("b").silent("b");

        assertThat(decide(stranger).reason()).isEqualTo(Reason.UNKNOWN_TO_LEADER);
        assertThat(decide(stranger).explanation()).endsWith("those are [b]");
        assertThat(decide(stranger.failoverTo(SELF)).reason()).isEqualTo(Reason.UNKNOWN_TO_LEADER);
        assertThat(decide(stranger.paused()).reason()).isEqualTo(Reason.UNKNOWN_TO_LEADER);
    }

    @Test
    void aPersonWhoKnowsBetterSwitchesTheModeOff() {
        SnapshotBuilder stranger = aSnapshot().standby().failsafe("b").silent("b");
        Snapshot now = stranger.build();
        Remedy remedy = Remedy.of(now, decide(stranger)).orElseThrow();

        assertThat(remedy.needsPerson()).isTrue();
        assertThat(remedy.text()).contains("regentctl edit-config demo -s failsafe_mode=false");
        assertThat(decide(stranger.configured("failsafe_mode", false)).action())
                .isInstanceOf(Action.ClaimLeadership.class);
    }

    @Test
    void aMemberThatWouldNotBeAskedKeepsNobodyFromLeading() {
        assertThat(decide(aSnapshot().standby().failsafe(SELF, "b").answering("c", AHEAD))
                        .action())
                .isInstanceOf(Action.ClaimLeadership.class);
        assertThat(decide(aSnapshot().standby().failsafe(SELF, "c").answering("c", AHEAD))
                        .reason())
                .isEqualTo(Reason.NOT_STANDING);
    }

    @Test
    void aMemberThatWouldNotBeAskedIsNoSuccessor() {
        SnapshotBuilder crashed = aSnapshot()
                .state(ServerState.CRASHED)
                .server(ServerBuilder::primaryData)
                .leading()
                .configured("primary_start_timeout", 0)
                .answering("b");

        assertThat(decide(crashed.failsafe(SELF, "b")).reason()).isEqualTo(Reason.PRIMARY_CRASHED);
        assertThat(decide(crashed.failsafe(SELF, "c")).action()).isEqualTo(new Operation.StartPrimary());
    }

    @Test
    void whoWouldNotBeAskedSaysThatItWouldNotStand() {
        Decider decider = new Decider(StandardElection.policy());

        assertThat(decider.candidacy(
                                aSnapshot().standby().failsafe("b").ledBy("b").build())
                        .isStand())
                .isFalse();
        assertThat(decider.candidacy(aSnapshot()
                                .standby()
                                .failsafe("b", SELF)
                                .ledBy("b")
                                .build())
                        .isStand())
                .isTrue();
    }
}
