package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The leader entry names this node: be the primary, or give the leadership to somebody who can. */
final class AsLeader {
    /** A session that nearly ended while the store was read is renewed by the next look at it. */
    static final Duration UNTIL_RENEWED = Duration.ofMillis(100);

    private static final Decision MAKE_ROOM = Decision.of(new Operation.Stop(StopMode.GRACEFUL), Reason.HANDING_OVER);

    private AsLeader() {}

    static Decision decide(Snapshot now, ClusterView view) {
        LeaderEntry entry = view.leader().orElseThrow();
        Optional<Decision> bound = FailsafeRules.asLeader(now, entry);
        if (bound.isPresent()) {
            return bound.get();
        }
        if (!entry.ours()) {
            return Decision.of(Action.claim(view), Reason.EARLIER_LIFE_LED);
        }
        if (now.isSessionRunningOut()) {
            return now.database().mayAcceptWrites()
                    ? Decision.of(new Operation.Stop(StopMode.IMMEDIATE), Reason.SESSION_RUNNING_OUT)
                    : Decision.waiting(UNTIL_RENEWED, Reason.SESSION_RUNNING_OUT);
        }
        Optional<Decision> unguarded = Unguarded.asLeader(now, entry);
        if (unguarded.isPresent()) {
            return unguarded.get();
        }
        if (view.config().isEmpty()) {
            DynamicConfig first = now.node().newClusterConfig().orElse(DynamicConfig.DEFAULT);
            return Decision.of(new Action.PublishConfig(first), Reason.CONFIG_MISSING);
        }
        Optional<Decision> configuring = Configuring.decide(now);
        if (configuring.isPresent()) {
            return configuring.get();
        }
        if (now.config().isStandbyCluster()) {
            return AsStandbyLeader.decide(now, view, entry);
        }
        Optional<Decision> unfit = UnfitLeader.decide(now, view, entry);
        if (unfit.isPresent()) {
            return unfit.get();
        }
        // A standby that leads is about to be promoted
        Optional<Decision> ordered =
                now.database().is(ServerState.STANDBY) ? Optional.empty() : ByOrder.nextStep(now, view);
        if (ordered.isPresent()) {
            return ordered.get();
        }
        return switch (now.database().state()) {
            case ABSENT, INCOMPLETE -> release(entry, Reason.LEADER_WITHOUT_DATA);
            case STOPPED, CRASHED -> whileDown(now, view, entry);
            case STARTING -> whileStarting(now, view);
            case UNRESPONSIVE -> Decision.waiting(Reason.SERVER_DOES_NOT_ANSWER);
            case STANDBY -> beforePromotion(now, view, entry);
            case PRIMARY -> asPrimary(now, view);
        };
    }

    static Decision whileDown(Snapshot now, ClusterView view, LeaderEntry entry) {
        Optional<Decision> handover = Handover.afterStop(now, view, entry);
        if (handover.isPresent()) {
            return handover.get();
        }
        DatabaseStatus database = now.database();
        boolean cleanly = database.is(ServerState.STOPPED);
        if (!cleanly && now.config().primaryStartTimeout().isZero() && Successors.exist(now, view)) {
            return release(entry, Reason.PRIMARY_CRASHED);
        }
        Class<? extends Operation> start =
                database.standbyData() ? Operation.StartStandby.class : Operation.StartPrimary.class;
        if (now.hasJustFailedTo(start) && Successors.exist(now, view)) {
            return release(entry, Reason.CANNOT_START);
        }
        return database.standbyData()
                ? Decision.of(new Operation.StartStandby(Optional.empty()), Reason.LEADER_SERVER_DOWN)
                : SynchronousSet.beforeStart(now, view)
                        .orElse(Decision.of(StartGate.start(now, view), Reason.LEADER_SERVER_DOWN));
    }

    private static Decision whileStarting(Snapshot now, ClusterView view) {
        if (!now.database().standbyData() && Handover.cutsStartShort(now, view)) {
            return Decision.of(new Operation.Stop(StopMode.IMMEDIATE), Reason.HANDING_OVER);
        }
        boolean tooLong = now.database().inState().compareTo(ByOrder.startTimeout(now)) > 0;
        return tooLong && Successors.exist(now, view)
                ? Decision.of(new Operation.Stop(StopMode.IMMEDIATE), Reason.START_TAKES_TOO_LONG)
                : Decision.waiting(Reason.SERVER_STARTING);
    }

    private static Decision beforePromotion(Snapshot now, ClusterView view, LeaderEntry entry) {
        if (now.hasJustBeenRefusedTo(Operation.Promote.class)) {
            return giveUp(now, entry, Reason.PROMOTION_REFUSED);
        }
        if (now.hasJustFailedTo(Operation.Promote.class) && Successors.exist(now, view)) {
            return giveUp(now, entry, Reason.CANNOT_PROMOTE);
        }
        if (isOvertaken(now, view)) {
            return giveUp(now, entry, Reason.OVERTAKEN);
        }
        return SynchronousSet.beforePromotion(now, view)
                .orElse(Decision.of(new Operation.Promote(), Reason.LEADER_WITHOUT_PRIMARY));
    }

    /** A promotion that was begun may come about yet, though it failed or was cut short: the server is stopped first. */
    private static Decision giveUp(Snapshot now, LeaderEntry entry, Reason reason) {
        return now.database().mayAcceptWrites()
                ? Decision.of(new Operation.Stop(StopMode.IMMEDIATE), reason)
                : release(entry, reason);
    }

    /**
     * Between the look at the candidates and the claim another node may have led, and have gone further. The voters of a quorum
     * are asked again now that nobody else can: the list of them does not tell who has everything.
     */
    private static boolean isOvertaken(Snapshot now, ClusterView view) {
        boolean chosen = view.failoverRequest()
                .filter(request -> request.isFor(now.self()) && !request.isSwitchover())
                .isPresent();
        boolean holdsCommits =
                !view.sync().isActive() || (view.sync().contains(now.self()) && QuorumVotes.suffice(now, view));
        return (!holdsCommits && !chosen) || now.database().wal().timeline() < view.timeline();
    }

    /** The work of a leader whose server accepts writes, most urgent first. */
    static Decision asPrimary(Snapshot now, ClusterView view) {
        return Pacing.first(
                        now,
                        List.of(
                                () -> StartGate.open(now, view),
                                () -> Handover.decide(now, view, MAKE_ROOM),
                                () -> SynchronousSet.nextStep(now, view),
                                () -> Slots.decide(now, view),
                                () -> checkpoint(now),
                                () -> StartGate.waiting(now),
                                () -> SynchronousSet.waiting(now, view)))
                .or(() -> UnfitLeader.staying(now, view))
                .orElseGet(() -> Handover.awaited(now, view, Reason.LEADING));
    }

    private static Optional<Decision> checkpoint(Snapshot now) {
        return now.database().checkpointed()
                ? Optional.empty()
                : Optional.of(Decision.of(new Operation.BeginCheckpoint(), Reason.CHECKPOINT_DUE));
    }

    private static Decision release(LeaderEntry entry, Reason reason) {
        return Decision.of(new Action.ReleaseLeadership(entry.revision(), Optional.empty()), reason);
    }
}
