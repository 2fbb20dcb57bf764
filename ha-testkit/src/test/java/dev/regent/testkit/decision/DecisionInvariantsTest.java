package dev.regent.testkit.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.StandardElection;
import dev.regent.ha.spi.StopMode;
import dev.regent.testkit.decision.Situation.Asked;
import dev.regent.testkit.decision.Situation.Busy;
import dev.regent.testkit.decision.Situation.Cluster;
import dev.regent.testkit.decision.Situation.Leaving;
import dev.regent.testkit.decision.Situation.Server;
import dev.regent.testkit.decision.Situation.Session;
import dev.regent.testkit.decision.Situation.Sight;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What holds of every decision, whatever the situation. */
class DecisionInvariantsTest {
    private record Case(Situation situation, Decision decision) {
        Action action() {
            return decision.action();
        }

        boolean is(Class<? extends Action> kind) {
            return kind.isInstance(action());
        }

        boolean fences() {
            return action().equals(new Operation.Stop(StopMode.IMMEDIATE))
                    || (situation.busy() != Busy.IDLE && is(Action.CancelOperation.class));
        }

        boolean opensForWrites() {
            return is(Operation.Promote.class) || is(Operation.StartPrimary.class);
        }

        @Override
        public String toString() {
            return situation.facts() + " -> " + decision;
        }
    }

    private static List<Case> cases;

    /** None of these throws: that it ends is a test in itself. */
    @BeforeAll
    static void decideEverySituation() {
        Decider decider = new Decider(StandardElection.policy());
        cases = Situation.all()
                .map(situation -> new Case(situation, decider.decide(situation.snapshot())))
                .toList();
    }

    @Test
    void manySituationsAreDecided() {
        assertThat(cases).hasSizeGreaterThan(20_000);
    }

    @Test
    void everyDecisionIsExplainedInWords() {
        noneOf(all -> all.decision().explanation().isBlank());
    }

    @Test
    void aServerIsOpenedForWritesOnlyWhileThisNodeSurelyLeadsForLong() {
        noneOf(all -> all.opensForWrites() && !leadsForLong(all.situation()));
    }

    @Test
    void aServerThatMayAcceptWritesWithoutLeadershipIsFenced() {
        noneOf(all -> mayAcceptWrites(all.situation())
                && !all.situation().isPaused()
                && !mayStillLead(all.situation())
                && !all.fences()
                && !isSettlingWhoseItIs(all));
    }

    /** Steps by which a primary becomes the leader, or is left alone because it is none of ours. */
    private static boolean isSettlingWhoseItIs(Case one) {
        boolean othersLead = one.situation().sight() == Sight.OTHER_PRIMARY
                || one.situation().sight() == Sight.OTHER_NOT_YET;
        boolean claims = one.is(Action.ClaimLeadership.class) || one.is(Action.RecordSystemId.class);
        boolean waitsForCluster = one.situation().cluster() == Cluster.CLAIM_OTHER && one.is(Action.Wait.class);
        return (!othersLead && (claims || waitsForCluster)) || one.situation().cluster() == Cluster.FOREIGN;
    }

    @Test
    void aStopOfAServerWithoutLeadershipIsImmediateSoThatItIsNotCancelledForAFasterOne() {
        noneOf(all -> all.action() instanceof Operation.Stop stop
                && stop.mode() != StopMode.IMMEDIATE
                && !all.situation().isPaused()
                && mayAcceptWrites(all.situation())
                && !mayStillLead(all.situation()));
    }

    @Test
    void leadershipIsNotGivenAwayWhileTheServerMayAcceptWrites() {
        noneOf(all -> all.is(Action.ReleaseLeadership.class)
                && mayAcceptWrites(all.situation())
                && !all.situation().isPaused()
                && all.situation().cluster() != Cluster.FOREIGN);
    }

    @Test
    void aNodeAbandonsOnlyForeignData() {
        noneOf(all -> all.is(Action.Abandon.class) && all.situation().cluster() != Cluster.FOREIGN);
    }

    @Test
    void nothingIsDoneToForeignDataUnlessTheNodeLeaves() {
        noneOf(all -> all.situation().cluster() == Cluster.FOREIGN
                && all.situation().busy() == Busy.IDLE
                && all.situation().leaving() == Leaving.STAY
                && all.is(Operation.class));
    }

    @Test
    void leadershipIsClaimedOnlyWhenNobodyElseHasIt() {
        noneOf(all -> all.is(Action.ClaimLeadership.class)
                && all.situation().sight() != Sight.VACANT
                && all.situation().sight() != Sight.EARLIER_LIFE);
    }

    @Test
    void dataIsReplacedOnlyUnderAServerThatIsNotRunning() {
        noneOf(all -> all.situation().server().isRunning()
                && (all.is(Operation.Clone.class)
                        || all.is(Operation.CreateCluster.class)
                        || all.is(Operation.Rewind.class)));
    }

    @Test
    void oneOperationAtATime() {
        noneOf(all -> all.situation().busy() != Busy.IDLE && all.is(Operation.class));
    }

    @Test
    void aPausedClusterStartsStopsAndPromotesNothingByItself() {
        noneOf(all -> all.situation().isPaused()
                && all.situation().asked() == Asked.NOBODY
                && (all.opensForWrites()
                        || all.is(Operation.StartStandby.class)
                        || all.is(Operation.Stop.class)
                        || all.is(Operation.Clone.class)
                        || all.is(Operation.Rewind.class)));
    }

    @Test
    void whoIsBlindChangesNothingInTheStore() {
        noneOf(all -> all.situation().sight() == Sight.BLIND
                && !all.is(Operation.class)
                && !all.is(Action.Wait.class)
                && !all.is(Action.CancelOperation.class)
                && !all.is(Action.Finish.class));
    }

    @Test
    void aNodeLeavesOnlyAfterItsServerHasStopped() {
        noneOf(all -> all.is(Action.Finish.class)
                && all.situation().server().isRunning()
                && !all.situation().isPaused());
    }

    private static void noneOf(Predicate<Case> forbidden) {
        assertThat(cases.stream().filter(forbidden).limit(5)).isEmpty();
    }

    private static boolean mayAcceptWrites(Situation situation) {
        return switch (situation.server()) {
            case STARTING_P, SILENT_P, PRIMARY -> true;
            case ABSENT, INCOMPLETE, STOPPED_P, STOPPED_S, CRASHED_P, CRASHED_S, STARTING_S, SILENT_S, STANDBY -> false;
        };
    }

    private static boolean leadsForLong(Situation situation) {
        return situation.sight() == Sight.MINE && situation.session() == Session.LONG;
    }

    private static boolean mayStillLead(Situation situation) {
        return leadsForLong(situation) || (situation.sight() == Sight.BLIND && situation.session() == Session.LONG);
    }

    @Test
    void aServerThatIsDownIsNotStopped() {
        noneOf(all -> all.is(Operation.Stop.class) && !all.situation().server().isRunning());
    }

    @Test
    void aServerThatRunsIsNotStarted() {
        noneOf(all -> all.situation().server().isRunning()
                && (all.is(Operation.StartPrimary.class) || all.is(Operation.StartStandby.class)));
    }

    @Test
    void onlyAStandbyIsPromoted() {
        noneOf(all -> all.is(Operation.Promote.class) && all.situation().server() != Server.STANDBY);
    }
}
