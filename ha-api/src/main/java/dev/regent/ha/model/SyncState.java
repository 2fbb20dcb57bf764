package dev.regent.ha.model;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may be promoted besides the leader that wrote it. Empty when synchronous replication is off. Immutable.
 *
 * @param quorum 0 when each of the standbys holds every acknowledged commit; otherwise how many of the leader and the other
 *     standbys must be no further than one of them for it to be sure to
 * @param revision absent when the entry does not exist
 */
public record SyncState(Optional<NodeName> leader, int quorum, Set<NodeName> standbys, Optional<Long> revision) {
    public static final SyncState NONE = new SyncState(Optional.empty(), 0, Set.of(), Optional.empty());

    public SyncState {
        standbys = Collections.unmodifiableSet(new TreeSet<>(standbys));
    }

    public boolean isActive() {
        return leader.isPresent();
    }

    /** Whether the member is known to hold every acknowledged commit; names are compared ignoring case. */
    public boolean contains(NodeName name) {
        return leader.filter(l -> l.matches(name.value())).isPresent()
                || standbys.stream().anyMatch(s -> s.matches(name.value()));
    }

    public SyncState with(NodeName newLeader, Set<NodeName> newStandbys) {
        return with(newLeader, 0, newStandbys);
    }

    /** The entry as it shall replace this one when commits are acknowledged by any of the standbys. */
    public SyncState with(NodeName newLeader, int newQuorum, Set<NodeName> newStandbys) {
        return new SyncState(Optional.of(newLeader), newQuorum, newStandbys, revision);
    }
}
