package dev.regent.testkit.decision;

import dev.regent.ha.model.ClusterStatus;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.FailsafeMembers;
import dev.regent.ha.model.Initialization;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SyncState;
import dev.regent.ha.model.TimelineSwitch;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A cluster's entries for a test; without another word, an initialized and configured cluster that nobody leads. */
public final class ViewBuilder {
    public static final long INITIALIZE_REVISION = 1;
    public static final long SYNC_REVISION = 5;
    public static final long REQUEST_REVISION = 6;
    public static final long LEADER_REVISION = 7;
    public static final long FAILSAFE_REVISION = 8;

    private final Map<NodeName, Member> members = new TreeMap<>();
    private final List<TimelineSwitch> history = new ArrayList<>();
    private final Set<String> retainedSlots = new TreeSet<>();
    private final Map<String, Lsn> slots = new TreeMap<>();
    private Optional<Initialization> initialization =
            Optional.of(new Initialization(ServerBuilder.SYSTEM_ID, INITIALIZE_REVISION, false));
    private Optional<DynamicConfig> config = Optional.of(DynamicConfig.DEFAULT);
    private Optional<LeaderEntry> leader = Optional.empty();
    private Lsn optime = ServerBuilder.POSITION;
    private Optional<FailoverRequest> request = Optional.empty();
    private SyncState sync = SyncState.NONE;
    private FailsafeMembers failsafe = FailsafeMembers.NONE;

    private ViewBuilder() {}

    public static ViewBuilder aView() {
        return new ViewBuilder();
    }

    public ViewBuilder initialization(String value, boolean ours) {
        initialization = Optional.of(new Initialization(value, INITIALIZE_REVISION, ours));
        return this;
    }

    public ViewBuilder notInitialized() {
        initialization = Optional.empty();
        return this;
    }

    public ViewBuilder config(DynamicConfig value) {
        config = Optional.of(value);
        return this;
    }

    public ViewBuilder withoutConfig() {
        config = Optional.empty();
        return this;
    }

    public ViewBuilder leader(String name, boolean ours) {
        leader = Optional.of(new LeaderEntry(NodeName.of(name), LEADER_REVISION, ours));
        return this;
    }

    public ViewBuilder member(Member member) {
        members.put(member.name(), member);
        return this;
    }

    public ViewBuilder optime(Lsn value) {
        optime = value;
        return this;
    }

    /** Where the leader says that a slot is. */
    public ViewBuilder slot(String name, Lsn position) {
        slots.put(name, position);
        return this;
    }

    public ViewBuilder retainedSlots(String... names) {
        retainedSlots.addAll(List.of(names));
        return this;
    }

    public ViewBuilder request(
            Optional<String> from, Optional<String> candidate, Optional<OffsetDateTime> scheduledAt) {
        request = Optional.of(new FailoverRequest(
                from.map(NodeName::of), candidate.map(NodeName::of), scheduledAt, REQUEST_REVISION));
        return this;
    }

    public ViewBuilder sync(String syncLeader, int quorum, String... standbys) {
        sync = new SyncState(
                Optional.of(NodeName.of(syncLeader)),
                quorum,
                Arrays.stream(standbys).map(NodeName::of).collect(Collectors.toSet()),
                Optional.of(SYNC_REVISION));
        return this;
    }

    /** The members that the last leader wrote down for failsafe mode. */
    public ViewBuilder failsafe(String... names) {
        Map<NodeName, String> urls = new TreeMap<>();
        for (String name : names) {
            urls.put(NodeName.of(name), "http://" + name + ":8008/patroni");
        }
        failsafe = new FailsafeMembers(urls, Optional.of(FAILSAFE_REVISION));
        return this;
    }

    /** The timeline ended at the position. */
    public ViewBuilder timelineEnded(int timeline, Lsn position) {
        history.add(new TimelineSwitch(
                timeline, position, "no recovery target specified", Optional.empty(), Optional.empty()));
        return this;
    }

    /** The timeline ended when the named member was promoted, just now. */
    public ViewBuilder timelineEnded(int timeline, Lsn position, String newLeader) {
        return timelineEnded(timeline, position, newLeader, Duration.ZERO);
    }

    /** The timeline ended when the named member was promoted, so long ago. */
    public ViewBuilder timelineEnded(int timeline, Lsn position, String newLeader, Duration ago) {
        history.add(new TimelineSwitch(
                timeline,
                position,
                "no recovery target specified",
                Optional.of(SnapshotBuilder.NOW.minus(ago)),
                Optional.of(NodeName.of(newLeader))));
        return this;
    }

    Optional<LeaderEntry> leader() {
        return leader;
    }

    boolean knows(NodeName name) {
        return members.containsKey(name);
    }

    public ClusterView build() {
        return new ClusterView(
                initialization,
                config,
                leader,
                members,
                new ClusterStatus(optime, slots, retainedSlots),
                request,
                sync,
                history,
                failsafe);
    }
}
