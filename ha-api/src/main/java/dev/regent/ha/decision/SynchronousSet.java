package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.HaConfig.SynchronousMode;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SyncState;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which standbys commits wait for, one step at a time; quorum commit is left to {@link QuorumSet}. Invariant: a name is in
 * the {@code sync} entry only while the leader's server already waits for it and it holds every commit acknowledged so far.
 * Hence additions go to the server first and to the entry after they are confirmed; removals go to the entry first and to
 * the server afterwards. Whoever is named in the entry may be promoted without losing an acknowledged commit.
 */
final class SynchronousSet {
    private static final Duration UNTIL_CONFIRMED = Duration.ofSeconds(1);

    private SynchronousSet() {}

    /** What must be in order before this node, which leads, lets its server accept writes. */
    static Optional<Decision> beforePromotion(Snapshot now, ClusterView view) {
        if (!now.config().isSynchronous()) {
            return switchOff(now, view);
        }
        if (isQuorum(now)) {
            return QuorumSet.beforePromotion(now, view);
        }
        SyncState sync = view.sync();
        Set<NodeName> standbys = now.config().synchronousModeStrict() ? othersThan(now.self(), sync) : Set.of();
        SyncState wanted = sync.with(now.self(), standbys);
        if (!wanted.equals(sync)) {
            return Optional.of(Decision.of(new Action.WriteSync(wanted), Reason.SYNC_LEADER_CHANGED));
        }
        return setNames(now, now.config().synchronousModeStrict() ? strictNames(standbys) : "");
    }

    /**
     * What must be in order before a server that is a primary already accepts writes again: the others must know that it alone
     * holds what it acknowledges. Where mode is strict and nobody has been promised anything yet, as in a new cluster, it starts
     * as a standby and is promoted, because only a server that runs can be told to wait: the first commit must wait, too.
     */
    static Optional<Decision> beforeStart(Snapshot now, ClusterView view) {
        if (!now.config().isSynchronous()) {
            return Optional.empty();
        }
        SyncState sync = view.sync();
        if (!sync.isActive() && now.config().synchronousModeStrict()) {
            return Optional.of(Decision.of(new Operation.StartStandby(Optional.empty()), Reason.LEADER_SERVER_DOWN));
        }
        return sync.leader().filter(now.self()::equals).isEmpty()
                ? write(sync.with(now.self(), Set.of()), Reason.SYNC_LEADER_CHANGED)
                : Optional.empty();
    }

    /** A former leader forgets whom it waited for while it has time, so that its next promotion need not. */
    static Optional<Decision> asFollower(Snapshot now, ClusterView view) {
        boolean keeps = now.config().synchronousModeStrict() || isQuorum(now);
        return keeps || !isManaged(now.database().synchronousStandbyNames(), view)
                ? Optional.empty()
                : setNames(now, "", Reason.SYNC_NOT_LEADING);
    }

    /**
     * The next step of the leader of a standby cluster. The entry may be from when the cluster was none, and names those who
     * hold what was acknowledged then: it goes when the remote server holds that too, as it does once it is streamed from.
     */
    static Optional<Decision> inStandbyCluster(Snapshot now, ClusterView view) {
        return now.database().streaming() ? switchOff(now, view) : Optional.empty();
    }

    /** The next step of a leader whose server accepts writes. */
    static Optional<Decision> nextStep(Snapshot now, ClusterView view) {
        if (!now.config().isSynchronous()) {
            return switchOff(now, view);
        }
        if (isQuorum(now)) {
            return QuorumSet.nextStep(now, view);
        }
        SyncState sync = view.sync();
        if (sync.leader().filter(now.self()::equals).isEmpty()) {
            return write(sync.with(now.self(), Set.of()), Reason.SYNC_LEADER_CHANGED);
        }
        Set<NodeName> picked = picked(now, view);
        if (picked.isEmpty() && now.config().synchronousModeStrict()) {
            return setNames(now, strictNames(sync.standbys()));
        }
        Set<NodeName> confirmed = confirmed(now, sync, picked);
        Set<NodeName> staying = Names.common(sync.standbys(), confirmed);
        SyncState remaining = sync.with(now.self(), staying);
        if (!remaining.equals(sync)) {
            return write(remaining, Reason.SYNC_STANDBY_LEFT);
        }
        Optional<Decision> names = setNames(now, SynchronousNames.all(picked));
        if (names.isPresent()) {
            return names;
        }
        return confirmed.equals(sync.standbys())
                ? Optional.empty()
                : write(sync.with(now.self(), confirmed), Reason.SYNC_STANDBY_CONFIRMED);
    }

    /** A standby that is waited for but not confirmed is looked at again soon: it catches up without telling anybody. */
    static Optional<Decision> waiting(Snapshot now, ClusterView view) {
        return now.config().isSynchronous() && isUnsettled(now, view)
                ? Optional.of(Decision.waiting(UNTIL_CONFIRMED, Reason.SYNC_WAITS_FOR_STANDBY))
                : Optional.empty();
    }

    private static boolean isUnsettled(Snapshot now, ClusterView view) {
        return isQuorum(now)
                ? QuorumSet.isUnsettled(now, view)
                : !picked(now, view).equals(view.sync().standbys());
    }

    private static boolean isQuorum(Snapshot now) {
        return now.config().synchronousMode() == SynchronousMode.QUORUM;
    }

    /**
     * The entry promises nothing for others any more, then the server waits for nobody, and the entry goes last: while it is
     * there, it tells that the server's setting is ours, also when it names members that have left.
     */
    private static Optional<Decision> switchOff(Snapshot now, ClusterView view) {
        SyncState sync = view.sync();
        String names = now.database().synchronousStandbyNames();
        if (!sync.isActive() || sync.revision().isEmpty()) {
            return isManaged(names, view) ? setNames(now, "", Reason.SYNC_OFF) : Optional.empty();
        }
        if (names.isEmpty()) {
            return Optional.of(Decision.of(new Action.DropSync(sync.revision().get()), Reason.SYNC_OFF));
        }
        SyncState alone = sync.with(now.self(), Set.of());
        return alone.equals(sync) ? setNames(now, "", Reason.SYNC_OFF) : write(alone, Reason.SYNC_OFF);
    }

    /** Names that Regent has set are members' names; an operator's own setting is left alone while synchronous mode is off. */
    private static boolean isManaged(String value, ClusterView view) {
        Set<String> names = SynchronousNames.parse(value);
        Set<String> known = SynchronousNames.folded(view.members().keySet());
        known.add(SynchronousNames.nobodyYet());
        return !names.isEmpty() && known.containsAll(names);
    }

    private static Set<NodeName> picked(Snapshot now, ClusterView view) {
        return SynchronousCandidates.best(now, view, Math.max(1, now.config().synchronousNodeCount()));
    }

    /** Picked standbys that hold every acknowledged commit: they always did, or have caught up since they are waited for. */
    private static Set<NodeName> confirmed(Snapshot now, SyncState sync, Set<NodeName> picked) {
        DatabaseStatus database = now.database();
        Set<String> listed = SynchronousNames.parse(database.synchronousStandbyNames());
        return database.replicas().stream()
                .filter(replica -> replica.syncState().equals("sync"))
                .filter(replica -> listed.contains(replica.applicationName().toLowerCase(Locale.ROOT)))
                .flatMap(replica -> picked.stream()
                        .filter(name -> name.matches(replica.applicationName()))
                        .filter(name -> (sync.quorum() == 0 && sync.standbys().contains(name))
                                || replica.flush().orElse(Lsn.ZERO).compareTo(database.synchronousSince()) >= 0))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Optional<Decision> setNames(Snapshot now, String names) {
        return setNames(now, names, Reason.SYNC_STANDBY_WANTED);
    }

    private static Optional<Decision> setNames(Snapshot now, String names, Reason reason) {
        return now.database().synchronousStandbyNames().equals(names)
                ? Optional.empty()
                : Optional.of(Decision.of(new Operation.SetSynchronousStandbys(names), reason));
    }

    private static Optional<Decision> write(SyncState next, Reason reason) {
        return Optional.of(Decision.of(new Action.WriteSync(next), reason));
    }

    private static String strictNames(Set<NodeName> standbys) {
        return standbys.isEmpty() ? SynchronousNames.nobodyYet() : SynchronousNames.all(standbys);
    }

    /** Who else holds every commit; of the members of a quorum nobody does for certain. */
    private static Set<NodeName> othersThan(NodeName self, SyncState sync) {
        if (sync.quorum() > 0) {
            return Set.of();
        }
        Set<NodeName> others = new TreeSet<>(sync.standbys());
        sync.leader().ifPresent(others::add);
        others.remove(self);
        return others;
    }
}
