package dev.regent.ha.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The cluster as read from the store at one revision. Immutable. */
public record ClusterView(
        Optional<Initialization> initialization,
        Optional<DynamicConfig> config,
        Optional<LeaderEntry> leader,
        Map<NodeName, Member> members,
        ClusterStatus status,
        Optional<FailoverRequest> failoverRequest,
        SyncState sync,
        List<TimelineSwitch> history,
        FailsafeMembers failsafe) {

    public static final ClusterView EMPTY = new ClusterView(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            ClusterStatus.NONE,
            Optional.empty(),
            SyncState.NONE,
            List.of(),
            FailsafeMembers.NONE);

    public ClusterView {
        members = Collections.unmodifiableMap(new TreeMap<>(members));
        history = List.copyOf(history);
    }

    public boolean isVacant() {
        return leader.isEmpty();
    }

    public boolean isLedBy(NodeName name) {
        return leader.filter(entry -> entry.name().equals(name)).isPresent();
    }

    /** Whether the node leads by its present session, not by an entry that an earlier life of it has left. */
    public boolean isSurelyLedBy(NodeName name) {
        return leader.filter(entry -> entry.name().equals(name) && entry.ours()).isPresent();
    }

    public Optional<Member> member(NodeName name) {
        return Optional.ofNullable(members.get(name));
    }

    /** The leader as a member; a placeholder when its own entry is gone, absent when nobody leads. */
    public Optional<Member> leaderMember() {
        return leader.map(entry -> member(entry.name()).orElseGet(() -> Member.unknown(entry.name())));
    }

    /** The timeline that the cluster is on according to its history, 0 when unknown. */
    public int timeline() {
        return history.isEmpty() ? 0 : history.get(history.size() - 1).timeline() + 1;
    }

    /** The same cluster as if this member led it; where the store knows the member, what it says of it counts. */
    public ClusterView ledBy(Member member, Map<String, Lsn> slots) {
        Map<NodeName, Member> withLeader = new TreeMap<>(members);
        withLeader.putIfAbsent(member.name(), member);
        return new ClusterView(
                initialization,
                config,
                Optional.of(new LeaderEntry(member.name(), 0, false)),
                withLeader,
                new ClusterStatus(status.optime(), slots, status.retainSlots()),
                failoverRequest,
                sync,
                history,
                failsafe);
    }

    public boolean isInitialized() {
        return initialization.filter(Initialization::isComplete).isPresent();
    }
}
