package dev.regent.ha.model;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who holds every acknowledged commit besides the leader that wrote it: only the leader named here and its standbys may be
 * promoted. Empty when synchronous replication is off. {@code revision} is absent when the entry does not exist. Immutable.
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
        return new SyncState(Optional.of(newLeader), 0, newStandbys, revision);
    }
}
