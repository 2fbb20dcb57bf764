package dev.regent.testkit.decision;

import dev.regent.ha.decision.FailsafeState;
import dev.regent.ha.decision.FinishedOperation;
import dev.regent.ha.decision.Knowledge;
import dev.regent.ha.decision.NodeOrder;
import dev.regent.ha.decision.NodeOrders;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.OrderInHand;
import dev.regent.ha.decision.Pledge;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.LeaderEntry;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.model.ScheduledRestart;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.TimelineSwitch;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.Ballot;
import dev.regent.ha.spi.FailsafeAnswer;
import dev.regent.ha.spi.PeerStatus;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What a node {@code a} sees at one moment, for tests of decisions: {@code
 * aSnapshot().primary().blind().sessionLeft(ofSeconds(2)).build()}. Facts that are not said are those of a healthy standby
 * of an initialized cluster without a leader. Not thread-safe.
 */
public final class SnapshotBuilder {
    public static final String SELF = "a";
    public static final OffsetDateTime NOW = OffsetDateTime.parse("2031-03-01T12:00:00Z");

    private final ServerBuilder server = ServerBuilder.aServer();
    private final ViewBuilder view = ViewBuilder.aView();
    private final Map<String, Object> config = new LinkedHashMap<>(Map.of("ttl", 30, "loop_wait", 10));
    private final Map<String, Object> tags = new LinkedHashMap<>();
    private final Map<Class<? extends Operation>, FinishedOperation> finished = new HashMap<>();
    private final Map<NodeName, PeerStatus> peers = new HashMap<>();
    private final Map<NodeName, Lsn> standbys = new HashMap<>();
    private Optional<RemoteStatus> remote = Optional.empty();
    private Optional<DynamicConfig> newClusterConfig = Optional.of(DynamicConfig.DEFAULT);
    private Optional<RunningOperation> operation = Optional.empty();
    private Optional<Duration> sessionLeft = Optional.empty();
    private Optional<Duration> blindSince = Optional.empty();
    private Duration vacantFor = Duration.ZERO;
    private Optional<Duration> walGrewAgo = Optional.empty();
    private boolean configApplied = true;
    private boolean configPublished = true;
    private Optional<Duration> leavingFor = Optional.empty();
    private Optional<OrderInHand> order = Optional.empty();
    private Optional<ScheduledRestart> scheduledRestart = Optional.empty();
    private Optional<String> watchdogProblem = Optional.empty();
    private final Map<NodeName, FailsafeAnswer> failsafeAnswers = new HashMap<>();
    private boolean byMembers;
    private Optional<Pledge> pledge = Optional.empty();

    private SnapshotBuilder() {}

    public static SnapshotBuilder aSnapshot() {
        return new SnapshotBuilder();
    }

    public SnapshotBuilder primary() {
        return state(ServerState.PRIMARY);
    }

    public SnapshotBuilder standby() {
        return state(ServerState.STANDBY);
    }

    /** The server is in this state; {@link #server} says more, above all whether its data is a primary's. */
    public SnapshotBuilder state(ServerState value) {
        server.state(value);
        return this;
    }

    public SnapshotBuilder server(Consumer<ServerBuilder> facts) {
        facts.accept(server);
        return this;
    }

    public SnapshotBuilder view(Consumer<ViewBuilder> facts) {
        facts.accept(view);
        return this;
    }

    public SnapshotBuilder member(MemberBuilder member) {
        view.member(member.build());
        return this;
    }

    /** The leader entry is this node's, bound to its session; that lasts long unless {@link #sessionLeft} is said. */
    public SnapshotBuilder leading() {
        view.leader(SELF, true);
        return this;
    }

    /** The leader entry names this node but is bound to a session that it does not have any more. */
    public SnapshotBuilder ledByEarlierLife() {
        view.leader(SELF, false);
        return this;
    }

    /** Another node leads; its server is a running primary unless {@link #member} says otherwise. */
    public SnapshotBuilder ledBy(String name) {
        view.leader(name, false);
        if (!view.knows(NodeName.of(name))) {
            member(MemberBuilder.aMember(name).primary());
        }
        return this;
    }

    /** The store does not answer. */
    public SnapshotBuilder blind() {
        blindSince = Optional.of(Duration.ofSeconds(1));
        return this;
    }

    public SnapshotBuilder sessionLeft(Duration left) {
        sessionLeft = Optional.of(left);
        return this;
    }

    /** A key of the cluster-wide configuration. */
    public SnapshotBuilder configured(String key, Object value) {
        config.put(key, value);
        return this;
    }

    public SnapshotBuilder synchronous() {
        return configured("synchronous_mode", true);
    }

    /** The cluster follows a server at the named host, with all that the section says besides. */
    public SnapshotBuilder standbyCluster(String host, Object... more) {
        Map<String, Object> section = new LinkedHashMap<>(Map.of("host", host));
        for (int i = 0; i < more.length; i += 2) {
            section.put(String.valueOf(more[i]), more[i + 1]);
        }
        return configured("standby_cluster", section);
    }

    /** The server that the cluster follows has just answered: a primary on the timeline, which came about so. */
    public SnapshotBuilder remotePrimary(int timeline, TimelineSwitch... history) {
        remote = Optional.of(new RemoteStatus(ServerBuilder.SYSTEM_ID, false, timeline, List.of(history)));
        return this;
    }

    /** The server that the cluster follows has just answered: a standby on the timeline. */
    public SnapshotBuilder remoteStandby(int timeline, TimelineSwitch... history) {
        remote = Optional.of(new RemoteStatus(ServerBuilder.SYSTEM_ID, true, timeline, List.of(history)));
        return this;
    }

    public SnapshotBuilder paused() {
        return configured("pause", true);
    }

    /** The configuration in the store is news to the server. */
    public SnapshotBuilder configNotApplied() {
        configApplied = false;
        return this;
    }

    /** There is no configuration in the store; the node still acts on the one it knew. */
    public SnapshotBuilder configMissing() {
        configPublished = false;
        return this;
    }

    public SnapshotBuilder tag(String name, Object value) {
        tags.put(name, value);
        return this;
    }

    public SnapshotBuilder mayNotCreateCluster() {
        newClusterConfig = Optional.empty();
        return this;
    }

    public SnapshotBuilder switchoverTo(String candidate) {
        Optional<String> leader = Optional.of(
                view.leader().map(LeaderEntry::name).map(NodeName::value).orElse(SELF));
        view.request(leader, Optional.of(candidate), Optional.empty());
        return this;
    }

    public SnapshotBuilder failoverTo(String candidate) {
        view.request(Optional.empty(), Optional.of(candidate), Optional.empty());
        return this;
    }

    /** The member has just answered: a standby at this position of this node's timeline. */
    public SnapshotBuilder answering(String name, Lsn position) {
        standbys.put(NodeName.of(name), position);
        return this;
    }

    /** The member has just answered: a standby as far as this node and every log that is not said to be elsewhere. */
    public SnapshotBuilder answering(String name) {
        return answering(name, ServerBuilder.POSITION);
    }

    public SnapshotBuilder answeringAsPrimary(String name) {
        return peer(
                name,
                new PeerStatus.Answer(
                        false, WalPosition.at(ServerBuilder.TIMELINE, ServerBuilder.POSITION), Tags.NONE, false));
    }

    public SnapshotBuilder silent(String name) {
        return peer(name, new PeerStatus.Silent("connection refused"));
    }

    public SnapshotBuilder peer(String name, PeerStatus status) {
        peers.put(NodeName.of(name), status);
        return this;
    }

    public SnapshotBuilder running(Operation underWay) {
        return running(underWay, Duration.ZERO);
    }

    public SnapshotBuilder running(Operation underWay, Duration elapsed) {
        operation = Optional.of(new RunningOperation(underWay, elapsed, false));
        return this;
    }

    public SnapshotBuilder cancelling(Operation underWay) {
        operation = Optional.of(new RunningOperation(underWay, Duration.ZERO, true));
        return this;
    }

    public SnapshotBuilder done(Operation before, Duration ago) {
        finished.put(before.getClass(), new FinishedOperation(before, Optional.empty(), ago, 0));
        return this;
    }

    public SnapshotBuilder failed(Operation before, Duration ago) {
        return failed(before, ago, 1);
    }

    public SnapshotBuilder failed(Operation before, Duration ago, int timesInARow) {
        finished.put(before.getClass(), new FinishedOperation(before, Optional.of("it broke"), ago, timesInARow));
        return this;
    }

    /** Somebody who was asked first, a script for example, has just said no to it. */
    public SnapshotBuilder refused(Operation before) {
        finished.put(before.getClass(), new FinishedOperation(before, Optional.of("no"), Duration.ZERO, 1, true));
        return this;
    }

    /** How long nobody has led. */
    public SnapshotBuilder vacantFor(Duration time) {
        vacantFor = time;
        return this;
    }

    /** How long ago this node's log was last seen to grow. */
    public SnapshotBuilder logGrew(Duration ago) {
        walGrewAgo = Optional.of(ago);
        return this;
    }

    public SnapshotBuilder shuttingDown() {
        return shuttingDown(Duration.ZERO);
    }

    public SnapshotBuilder shuttingDown(Duration toldAgo) {
        leavingFor = Optional.of(toldAgo);
        return this;
    }

    /** A person has just asked this of the node, which has done nothing about it yet. */
    public SnapshotBuilder ordered(NodeOrder given) {
        return ordered(given, Duration.ZERO);
    }

    public SnapshotBuilder ordered(NodeOrder given, Duration ago) {
        order = Optional.of(new OrderInHand(given, ago, Optional.empty()));
        return this;
    }

    /** The node has set about the order so long ago, when its server ran since {@link ServerBuilder#STARTED_AT}. */
    public SnapshotBuilder carriesOut(NodeOrder given, Duration since) {
        OrderInHand.Begun begun = new OrderInHand.Begun(since, Optional.of(ServerBuilder.STARTED_AT));
        order = Optional.of(new OrderInHand(given, since, Optional.of(begun)));
        return this;
    }

    public SnapshotBuilder scheduledRestart(ScheduledRestart restart) {
        scheduledRestart = Optional.of(restart);
        return this;
    }

    /** The watchdog that the node needs to lead does not work. */
    public SnapshotBuilder watchdogFails(String problem) {
        watchdogProblem = Optional.of(problem);
        return this;
    }

    /** Failsafe mode is on, and the members that the last leader wrote down for it are these. */
    public SnapshotBuilder failsafe(String... members) {
        view.failsafe(members);
        return configured("failsafe_mode", true);
    }

    /** All members let this primary go on without the store. */
    public SnapshotBuilder livingByMembers() {
        byMembers = true;
        return this;
    }

    /** The member does not let this primary go on without the store. */
    public SnapshotBuilder objecting(String name, String why) {
        failsafeAnswers.put(NodeName.of(name), new FailsafeAnswer.Refused(FailsafeAnswer.Ground.NO_ANSWER, why));
        return this;
    }

    /** This node has promised the primary not to open its server for so long. */
    public SnapshotBuilder pledgedTo(String name, Duration left) {
        pledge = Optional.of(new Pledge(
                Optional.of(new FailsafeAnnouncement(
                        NodeName.of(name),
                        "postgres://" + name + ":5432/postgres",
                        "http://" + name + ":8008/patroni",
                        Map.of())),
                left));
        return this;
    }

    /** An earlier life of this node may have promised something. */
    public SnapshotBuilder mayHavePledged(Duration left) {
        pledge = Optional.of(new Pledge(Optional.empty(), left));
        return this;
    }

    public Snapshot build() {
        DynamicConfig dynamic = DynamicConfig.of(config);
        HaConfig ha = HaConfig.from(dynamic);
        ClusterView seen = view(dynamic);
        server.slotsUnlessTold(slotsNeeded(seen));
        Knowledge knowledge = blindSince
                .<Knowledge>map(since -> new Knowledge.Blind(since, seen))
                .orElse(new Knowledge.Seen(seen));
        Duration leads = seen.isSurelyLedBy(NodeName.of(SELF)) ? ha.ttl() : Duration.ZERO;
        return new Snapshot(
                node(),
                knowledge,
                server.build(),
                sessionLeft.orElse(leads),
                operation,
                finished,
                peers(),
                remote,
                ha,
                blindSince.isPresent() || configApplied ? Optional.empty() : seen.config(),
                vacantFor,
                walGrewAgo,
                new NodeOrders(leavingFor, order, scheduledRestart),
                watchdogProblem,
                new FailsafeState(failsafeAnswers, byMembers, pledge),
                NOW);
    }

    /** The same facts as an election policy gets them. */
    public Ballot ballot() {
        Snapshot now = build();
        return new Ballot(
                now.self(),
                now.node().tags(),
                now.database(),
                now.knowledge().lastView(),
                now.peers(),
                now.config(),
                now.knowledge().lastView().failoverRequest(),
                now.vacantFor());
    }

    private Map<NodeName, PeerStatus> peers() {
        Map<NodeName, PeerStatus> all = new HashMap<>(peers);
        standbys.forEach((name, position) -> all.put(
                name,
                new PeerStatus.Answer(
                        true, WalPosition.ofStandby(server.timeline(), position, position), Tags.NONE, false)));
        return all;
    }

    private Set<String> slotsNeeded(ClusterView seen) {
        return new Tags(tags).nofailover()
                ? Set.of()
                : seen.members().values().stream()
                        .filter(member -> !member.name().value().equals(SELF))
                        .filter(member -> !member.tags().nostream())
                        .map(member -> member.name().slotName())
                        .collect(Collectors.toSet());
    }

    private ClusterView view(DynamicConfig dynamic) {
        if (configPublished) {
            view.config(dynamic);
        } else {
            view.withoutConfig();
        }
        if (!view.knows(NodeName.of(SELF))) {
            member(MemberBuilder.aMember(SELF));
        }
        return view.build();
    }

    private NodeSettings node() {
        return new NodeSettings(
                "demo",
                NodeName.of(SELF),
                "postgres://a:5432/postgres",
                Optional.of("http://a:8008/patroni"),
                new Tags(tags),
                newClusterConfig);
    }
}
