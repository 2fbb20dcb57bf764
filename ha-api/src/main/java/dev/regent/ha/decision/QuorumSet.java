package dev.regent.ha.decision;

import dev.regent.ha.decision.QuorumState.Entry;
import dev.regent.ha.decision.QuorumState.Server;
import dev.regent.ha.decision.QuorumState.Step;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SyncState;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Quorum commit: commits wait for any {@code synchronous_node_count} of the standbys, and a majority that is large enough to
 * meet them elects. {@link QuorumPlan} says what is next; here its facts are gathered and its steps become decisions.
 */
final class QuorumSet {
    private static final String ANYBODY = "*";

    private QuorumSet() {}

    /**
     * What must be in order before a standby that was elected lets its server accept writes. It is as safe to lead as the last
     * leader was, who becomes one of the voters; commits wait for as many of those as meet any that elect.
     */
    static Optional<Decision> beforePromotion(Snapshot now, ClusterView view) {
        SyncState sync = view.sync();
        Set<NodeName> voters = sync.isActive() ? state(now, view).votersUnder(now.self()) : Set.of();
        SyncState wanted = sync.with(now.self(), voters.isEmpty() ? 0 : sync.quorum(), voters);
        if (!wanted.equals(sync)) {
            return Optional.of(Decision.of(new Action.WriteSync(wanted), Reason.SYNC_LEADER_CHANGED));
        }
        return setNames(now, forVotersOf(wanted, now));
    }

    /** The next step of a leader whose server accepts writes. */
    static Optional<Decision> nextStep(Snapshot now, ClusterView view) {
        SyncState sync = view.sync();
        if (!sync.isActive()) {
            return write(sync.with(now.self(), 0, Set.of()), Reason.SYNC_LEADER_CHANGED);
        }
        QuorumState state = state(now, view);
        QuorumPlan.Facts facts = facts(now, view, state);
        boolean leads = state.leader().equals(now.self());
        boolean mustWait = facts.active().isEmpty() && now.config().synchronousModeStrict();
        if (leads && mustWait && QuorumPlan.isTrusted(state, now.self())) {
            return setNames(now, forVotersOf(sync, now));
        }
        if (leads && awaitsStandbys(now, state, facts)) {
            return Optional.empty();
        }
        return QuorumPlan.next(state, facts)
                .map(step -> decision(step, now, view))
                .orElseGet(() -> setNames(now, SynchronousNames.any(state.number(), state.listed())));
    }

    /** Whether something is to come that nobody will tell of. */
    static boolean isUnsettled(Snapshot now, ClusterView view) {
        QuorumState state = state(now, view);
        return !QuorumPlan.isReached(state, facts(now, view, state));
    }

    private static Optional<Decision> decision(Step step, Snapshot now, ClusterView view) {
        if (step instanceof Entry entry) {
            SyncState next = view.sync().with(entry.leader(), entry.quorum(), entry.voters());
            boolean fewer = !entry.voters().containsAll(view.sync().standbys());
            return write(next, fewer ? Reason.SYNC_STANDBY_LEFT : Reason.SYNC_STANDBY_CONFIRMED);
        }
        Server server = (Server) step;
        return setNames(now, SynchronousNames.any(server.number(), server.listed()));
    }

    /** A server that has just opened knows no standbys yet; they are given time to come before commits go on without them. */
    private static boolean awaitsStandbys(Snapshot now, QuorumState state, QuorumPlan.Facts facts) {
        return !state.listed().isEmpty()
                && Names.common(state.listed(), facts.active()).isEmpty()
                && !now.isBeyondLoopWait(now.database().inState());
    }

    /** So many of the voters that any quorum meets them; in strict mode never nobody. */
    private static String forVotersOf(SyncState sync, Snapshot now) {
        int least = now.config().synchronousModeStrict() ? 1 : 0;
        return SynchronousNames.any(Math.max(least, sync.standbys().size() - sync.quorum()), sync.standbys());
    }

    private static QuorumState state(Snapshot now, ClusterView view) {
        SyncState sync = view.sync();
        Optional<Set<NodeName>> listed = listed(now, view);
        return new QuorumState(
                member(sync.leader().orElse(now.self()), view),
                sync.quorum(),
                sync.standbys().stream().map(name -> member(name, view)).collect(Collectors.toSet()),
                listed.isPresent() ? SynchronousNames.number(now.database().synchronousStandbyNames()) : 0,
                listed.orElse(Set.of()));
    }

    /** Absent when others may acknowledge commits than members: that is as good as nobody. */
    private static Optional<Set<NodeName>> listed(Snapshot now, ClusterView view) {
        Set<String> names = SynchronousNames.parse(now.database().synchronousStandbyNames());
        names.remove(SynchronousNames.nobodyYet());
        boolean known = names.stream().noneMatch(name -> name.isBlank() || name.equals(ANYBODY) || name.contains("/"));
        return known
                ? Optional.of(names.stream()
                        .map(name -> member(NodeName.of(name), view))
                        .collect(Collectors.toSet()))
                : Optional.empty();
    }

    private static QuorumPlan.Facts facts(Snapshot now, ClusterView view, QuorumState state) {
        int wanted = Math.max(1, now.config().synchronousNodeCount());
        return new QuorumPlan.Facts(
                now.self(), SynchronousCandidates.all(now, view, wanted), confirmed(now, state), wanted);
    }

    private static Set<NodeName> confirmed(Snapshot now, QuorumState state) {
        DatabaseStatus database = now.database();
        return state.listed().stream()
                .filter(name -> database.replicas().stream()
                        .filter(replica -> name.matches(replica.applicationName()))
                        .filter(SynchronousCandidates::isSynchronous)
                        .anyMatch(replica ->
                                replica.flush().orElse(Lsn.ZERO).compareTo(database.synchronousSince()) >= 0))
                .collect(Collectors.toSet());
    }

    /** As the member itself writes its name, if there is one. */
    private static NodeName member(NodeName name, ClusterView view) {
        return view.members().keySet().stream()
                .filter(member -> member.matches(name.value()))
                .findFirst()
                .orElse(name);
    }

    private static Optional<Decision> setNames(Snapshot now, String names) {
        return now.database().synchronousStandbyNames().equals(names)
                ? Optional.empty()
                : Optional.of(Decision.of(new Operation.SetSynchronousStandbys(names), Reason.SYNC_STANDBY_WANTED));
    }

    private static Optional<Decision> write(SyncState next, Reason reason) {
        return Optional.of(Decision.of(new Action.WriteSync(next), reason));
    }
}
