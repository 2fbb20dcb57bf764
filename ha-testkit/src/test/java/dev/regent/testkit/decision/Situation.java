package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;

import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The facts on which decisions turn, each in the few values that make a difference. Immutable. */
record Situation(
        Sight sight,
        Busy busy,
        Leaving leaving,
        Pause pause,
        Cluster cluster,
        Server server,
        Session session,
        Sync sync,
        Asked asked,
        Others others) {

    enum Sight {
        BLIND,
        MINE,
        EARLIER_LIFE,
        OTHER_PRIMARY,
        OTHER_NOT_YET,
        VACANT
    }

    enum Busy {
        IDLE,
        STOP,
        PROMOTE,
        CLONE
    }

    enum Leaving {
        STAY,
        LEAVE
    }

    enum Pause {
        RUN,
        PAUSE
    }

    /** What the store says of the cluster's data. */
    enum Cluster {
        OURS,
        FOREIGN,
        CLAIM_MINE,
        CLAIM_OTHER,
        NONE
    }

    /** The server's state; P and S: its data is a primary's or a standby's. */
    enum Server {
        ABSENT(ServerState.ABSENT, false),
        INCOMPLETE(ServerState.INCOMPLETE, false),
        STOPPED_P(ServerState.STOPPED, false),
        STOPPED_S(ServerState.STOPPED, true),
        CRASHED_P(ServerState.CRASHED, false),
        CRASHED_S(ServerState.CRASHED, true),
        STARTING_P(ServerState.STARTING, false),
        STARTING_S(ServerState.STARTING, true),
        SILENT_P(ServerState.UNRESPONSIVE, false),
        SILENT_S(ServerState.UNRESPONSIVE, true),
        PRIMARY(ServerState.PRIMARY, false),
        STANDBY(ServerState.STANDBY, true);

        private final ServerState state;
        private final boolean standbyData;

        Server(ServerState state, boolean standbyData) {
            this.state = state;
            this.standbyData = standbyData;
        }

        boolean hasData() {
            return this != ABSENT && this != INCOMPLETE;
        }

        boolean isRunning() {
            return compareTo(STARTING_P) >= 0;
        }

        void describe(ServerBuilder facts) {
            facts.state(state).at(TIMELINE, ServerBuilder.POSITION);
            if (this == PRIMARY) {
                facts.slots(OTHER);
            }
            if (this == STANDBY) {
                facts.following(OTHER);
            }
            if (standbyData) {
                facts.standbyData();
            } else {
                facts.primaryData();
            }
        }
    }

    enum Session {
        LONG,
        SHORT
    }

    /** Whether commits wait for standbys, and whether this node is one of those that hold them all. */
    enum Sync {
        OFF,
        IN_SET,
        NOT_IN_SET
    }

    /** Whom a person wants to lead. */
    enum Asked {
        NOBODY,
        ME,
        OTHER
    }

    enum Others {
        FIT,
        SILENT
    }

    private static final int TIMELINE = 4;
    private static final String OTHER = "b";
    private static final Lsn SWITCHED_AT = new Lsn(ServerBuilder.POSITION.value() + 1);
    private static final Upstream SOURCE = new Upstream(NodeName.of(OTHER), new Address(OTHER, 5432));

    static Stream<Situation> all() {
        return DecisionTable.product(FACTS).map(Situation::of).filter(Situation::isPossible);
    }

    static final List<Class<? extends Enum<?>>> FACTS = List.of(
            Sight.class,
            Busy.class,
            Leaving.class,
            Pause.class,
            Cluster.class,
            Server.class,
            Session.class,
            Sync.class,
            Asked.class,
            Others.class);

    private static Situation of(List<Enum<?>> facts) {
        return new Situation(
                (Sight) facts.get(0),
                (Busy) facts.get(1),
                (Leaving) facts.get(2),
                (Pause) facts.get(3),
                (Cluster) facts.get(4),
                (Server) facts.get(5),
                (Session) facts.get(6),
                (Sync) facts.get(7),
                (Asked) facts.get(8),
                (Others) facts.get(9));
    }

    List<Enum<?>> facts() {
        return List.of(sight, busy, leaving, pause, cluster, server, session, sync, asked, others);
    }

    private boolean isPossible() {
        return busyFits() && clusterFits() && sightFits();
    }

    private boolean busyFits() {
        return switch (busy) {
            case IDLE -> true;
            case STOP -> server.isRunning() || server == Server.STOPPED_P;
            case PROMOTE -> server == Server.STANDBY || server == Server.PRIMARY;
            case CLONE -> !server.hasData();
        };
    }

    /** Data that is not there is not foreign; nobody claims the right to create a cluster that has a leader. */
    private boolean clusterFits() {
        return switch (cluster) {
            case OURS, NONE -> true;
            case FOREIGN -> server.hasData();
            case CLAIM_MINE, CLAIM_OTHER -> sight == Sight.VACANT;
        };
    }

    /** Only who leads has a session to lose; who is blind knows nothing else. */
    private boolean sightFits() {
        boolean mayLead = sight == Sight.MINE || sight == Sight.BLIND;
        if (session == Session.LONG && !mayLead) {
            return false;
        }
        return sight != Sight.BLIND
                || (cluster == Cluster.OURS && sync == Sync.OFF && asked == Asked.NOBODY && others == Others.SILENT);
    }

    boolean isPaused() {
        return pause == Pause.PAUSE;
    }

    /** As the decider gets it. The log of this node is one timeline behind that of another node that leads. */
    Snapshot snapshot() {
        SnapshotBuilder now = aSnapshot()
                .server(server::describe)
                .view(facts -> facts.timelineEnded(TIMELINE - 1, SWITCHED_AT))
                .member(other());
        describeView(now);
        describeCluster(now);
        describeSync(now);
        describeRest(now);
        return now.build();
    }

    private MemberBuilder other() {
        MemberBuilder other = MemberBuilder.aMember(OTHER);
        return sight == Sight.OTHER_PRIMARY
                ? other.primary().at(TIMELINE + 1, ServerBuilder.POSITION)
                : other.at(TIMELINE, ServerBuilder.POSITION);
    }

    private void describeView(SnapshotBuilder now) {
        switch (sight) {
            case BLIND -> now.blind().view(facts -> facts.leader(SnapshotBuilder.SELF, true));
            case MINE -> now.leading();
            case EARLIER_LIFE -> now.ledByEarlierLife();
            case OTHER_PRIMARY -> now.ledBy(OTHER).view(facts -> facts.timelineEnded(TIMELINE, SWITCHED_AT));
            case OTHER_NOT_YET -> now.ledBy(OTHER);
            case VACANT -> now.vacantFor(Duration.ofSeconds(1));
        }
        now.sessionLeft(session == Session.LONG ? Duration.ofSeconds(20) : Duration.ZERO);
    }

    private void describeCluster(SnapshotBuilder now) {
        switch (cluster) {
            case OURS -> now.view(facts -> facts.initialization(ServerBuilder.SYSTEM_ID, false));
            case FOREIGN -> now.view(facts -> facts.initialization("7300000000000000002", false));
            case CLAIM_MINE -> now.view(facts -> facts.initialization("", true));
            case CLAIM_OTHER -> now.view(facts -> facts.initialization("", false));
            case NONE -> now.view(ViewBuilder::notInitialized);
        }
    }

    private void describeSync(SnapshotBuilder now) {
        switch (sync) {
            case OFF -> {}
            case IN_SET -> now.synchronous().view(facts -> facts.sync(OTHER, 0, SnapshotBuilder.SELF));
            case NOT_IN_SET -> now.synchronous().view(facts -> facts.sync(OTHER, 0, "c"));
        }
    }

    private void describeRest(SnapshotBuilder now) {
        switch (busy) {
            case IDLE -> {}
            case STOP -> now.running(new Operation.Stop(StopMode.FAST));
            case PROMOTE -> now.running(new Operation.Promote());
            case CLONE -> now.running(new Operation.Clone(SOURCE));
        }
        switch (asked) {
            case NOBODY -> {}
            case ME -> now.failoverTo(SnapshotBuilder.SELF);
            case OTHER -> now.failoverTo(OTHER);
        }
        if (isPaused()) {
            now.paused();
        }
        if (leaving == Leaving.LEAVE) {
            now.shuttingDown();
        }
        if (others == Others.FIT) {
            now.answering(OTHER);
        } else {
            now.silent(OTHER);
        }
    }
}
