package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.ElectionPolicy;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.StopMode;
import dev.regent.ha.spi.Verdict;
import java.util.Optional;

/** Nobody leads: stand, or say why not. Claiming comes before promotion, never after. Immutable. */
final class AsCandidate {
    private final ElectionPolicy election;

    AsCandidate(ElectionPolicy election) {
        this.election = election;
    }

    Decision decide(Snapshot now, ClusterView view) {
        DatabaseStatus database = now.database();
        if (database.is(ServerState.PRIMARY)) {
            return asPrimary(now, view);
        }
        if (database.mayAcceptWrites()) {
            return Decision.of(new Operation.Stop(StopMode.IMMEDIATE), Reason.NOT_THE_LEADER);
        }
        Optional<Decision> ordered = ByOrder.nextStep(now, view);
        if (ordered.isPresent()) {
            return ordered.get();
        }
        Optional<Decision> later = FirstTurn.ofOthers(now, view);
        if (later.isPresent()) {
            return later.get();
        }
        return switch (database.state()) {
            case STARTING -> Decision.waiting(Reason.SERVER_STARTING);
            case UNRESPONSIVE, PRIMARY -> Decision.waiting(Reason.SERVER_DOES_NOT_ANSWER);
            case STANDBY -> asStandby(now, view);
            case ABSENT, INCOMPLETE, STOPPED, CRASHED -> whileDown(now, view);
        };
    }

    private Decision asPrimary(Snapshot now, ClusterView view) {
        return judge(now, view).isStand()
                ? Decision.of(Action.claim(view), Reason.PRIMARY_WITHOUT_LEADER)
                : Decision.of(new Operation.Stop(StopMode.IMMEDIATE), Reason.NOT_THE_LEADER);
    }

    /** A server that is down cannot stand. Others go first: coming back as a standby of theirs needs no recovery of its own. */
    private Decision whileDown(Snapshot now, ClusterView view) {
        if (Successors.exist(now, view) && !now.isBeyondLoopWait(now.vacantFor())) {
            return Decision.waiting(Reason.OTHERS_MAY_LEAD);
        }
        boolean mayGoOn = wasShutDownLast(now, view)
                && FailsafeRules.beforeRace(now, view).isEmpty()
                && judge(now, view).isStand();
        return mayGoOn ? Decision.of(Action.claim(view), Reason.SHUT_DOWN_LAST) : start(now);
    }

    private static Decision start(Snapshot now) {
        return now.config().isStandbyCluster()
                ? FollowingRemote.start(now, Upstreams.remote(now), Reason.MUST_RUN_TO_STAND)
                : Decision.of(new Operation.StartStandby(Optional.empty()), Reason.MUST_RUN_TO_STAND);
    }

    /**
     * A primary in good order that has everything that any leader ever published: it goes on where it stopped. Where another
     * was to be the one that holds every commit, that one may have begun a timeline and died before it could say so.
     */
    private static boolean wasShutDownLast(Snapshot now, ClusterView view) {
        DatabaseStatus database = now.database();
        boolean anotherFollowed =
                view.sync().leader().filter(last -> !last.equals(now.self())).isPresent();
        return !anotherFollowed
                && database.is(ServerState.STOPPED)
                && !database.standbyData()
                && database.wal().timeline() >= view.timeline()
                && database.wal().position().compareTo(view.status().optime()) >= 0;
    }

    private Decision asStandby(Snapshot now, ClusterView view) {
        Optional<Decision> bound = FailsafeRules.beforeRace(now, view);
        if (bound.isPresent()) {
            return bound.get();
        }
        Optional<String> unguarded = Unguarded.problem(now);
        if (unguarded.isPresent()) {
            return Decision.waiting(Reason.WATCHDOG_FAILED, unguarded.get());
        }
        if (now.hasJustBeenRefusedTo(Operation.Promote.class)) {
            return Decision.waiting(Reason.PROMOTION_REFUSED);
        }
        if (now.hasJustFailedTo(Operation.Promote.class) && Successors.exist(now, view)) {
            return Decision.waiting(Reason.CANNOT_PROMOTE);
        }
        Optional<FailoverRequest> request = Handover.inForce(now, view);
        if (request.isPresent() && request.get().isFor(now.self())) {
            return asRequestedCandidate(now, view, request.get());
        }
        if (request.isPresent() && mustLeaveTo(request.get(), now, view)) {
            return Decision.waiting(Reason.LEFT_TO_CANDIDATE);
        }
        Optional<Decision> tooEarly =
                request.flatMap(FailoverRequest::candidate).isPresent()
                        ? Optional.empty()
                        : RaceBackoff.beforeRace(now);
        if (tooEarly.isPresent()) {
            return tooEarly.get();
        }
        Verdict verdict = judge(now, view);
        return verdict.isStand()
                ? Decision.of(Action.claim(view), Reason.BEST_CANDIDATE)
                : withoutLeader(now).orElse(Decision.waiting(Reason.NOT_STANDING, verdict.why()));
    }

    /** Where nobody comes to lead a standby cluster its members go on to receive, each from the remote server. */
    private static Optional<Decision> withoutLeader(Snapshot now) {
        Optional<Upstream> remote = Upstreams.remote(now);
        boolean goesOnAlone = now.isBeyondLoopWait(now.vacantFor())
                && remote.isPresent()
                && !Upstreams.isFollowed(remote, now.database());
        return goesOnAlone
                ? Optional.of(Decision.of(new Operation.Follow(remote), Reason.REMOTE_TO_FOLLOW))
                : Optional.empty();
    }

    /** A person has chosen; only what forbids it for good, could lose a promise, or make two primaries, still counts. */
    static Decision asRequestedCandidate(Snapshot now, ClusterView view, FailoverRequest request) {
        if (now.node().tags().nofailover()) {
            return Decision.waiting(Reason.NOT_STANDING, "my tag nofailover, or failover_priority 0, forbids it");
        }
        boolean primaryAlive = now.peers().values().stream()
                .anyMatch(peer -> peer instanceof PeerStatus.Answer answer && !answer.inRecovery());
        if (primaryAlive) {
            return Decision.waiting(Reason.NOT_STANDING, "another member's server still accepts writes");
        }
        if (!now.config().isStandbyCluster() && now.database().wal().timeline() < view.timeline()) {
            return Decision.waiting(
                    Reason.NOT_STANDING,
                    "I am not on the cluster's timeline and would begin another of the same number");
        }
        boolean holdsCommits =
                !view.sync().isActive() || (view.sync().contains(now.self()) && QuorumVotes.suffice(now, view));
        boolean wouldLoseCommits = request.isSwitchover() && !holdsCommits;
        return wouldLoseCommits
                ? Decision.waiting(Reason.NOT_STANDING, "I may lack commits that synchronous replication has promised")
                : Decision.of(Action.claim(view), Reason.REQUESTED_CANDIDATE);
    }

    /** The one who was asked to make room waits for others, and all wait for a candidate who is fit; not for ever. */
    private static boolean mustLeaveTo(FailoverRequest request, Snapshot now, ClusterView view) {
        boolean concernsOthers = request.candidate().isPresent()
                || request.leader().filter(now.self()::equals).isPresent();
        return concernsOthers && !now.isBeyondLoopWait(now.vacantFor()) && Successors.existFor(request, now, view);
    }

    Verdict judge(Snapshot now, ClusterView view) {
        Optional<String> unguarded = Unguarded.problem(now);
        if (unguarded.isPresent()) {
            return Verdict.refuse(unguarded.get());
        }
        return election.judge(Admission.ballot(now, view));
    }
}
