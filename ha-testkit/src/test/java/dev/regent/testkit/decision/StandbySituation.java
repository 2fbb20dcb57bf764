package dev.regent.testkit.decision;

import static dev.regent.testkit.decision.SnapshotBuilder.aSnapshot;

import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.TimelineSwitch;
import dev.regent.testkit.decision.Situation.Asked;
import dev.regent.testkit.decision.Situation.Others;
import dev.regent.testkit.decision.Situation.Pause;
import dev.regent.testkit.decision.Situation.Server;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The facts on which decisions turn in a cluster that is a standby of another, or has just become one. Immutable. */
record StandbySituation(
        Sight sight,
        Pause pause,
        Server server,
        Busy busy,
        Upstream stream,
        Remote remote,
        Asked asked,
        Others others) {

    enum Sight {
        MINE,
        OTHER,
        VACANT
    }

    enum Busy {
        IDLE,
        PROMOTE
    }

    /** Whom a standby is to stream from, and whether it does. */
    enum Upstream {
        FROM_REMOTE,
        FROM_OTHER,
        QUIET
    }

    /** What the remote server says when it is asked. */
    enum Remote {
        SILENT,
        STANDBY,
        IN_STEP,
        DIVERGED
    }

    private static final String OTHER = "b";
    private static final String REMOTE = "remote";
    private static final int TIMELINE = 4;

    static final List<Class<? extends Enum<?>>> FACTS = List.of(
            Sight.class,
            Pause.class,
            Server.class,
            Busy.class,
            Upstream.class,
            Remote.class,
            Asked.class,
            Others.class);

    static Stream<StandbySituation> all() {
        return DecisionTable.product(FACTS).map(StandbySituation::of).filter(StandbySituation::isPossible);
    }

    private static StandbySituation of(List<Enum<?>> facts) {
        return new StandbySituation(
                (Sight) facts.get(0),
                (Pause) facts.get(1),
                (Server) facts.get(2),
                (Busy) facts.get(3),
                (Upstream) facts.get(4),
                (Remote) facts.get(5),
                (Asked) facts.get(6),
                (Others) facts.get(7));
    }

    List<Enum<?>> facts() {
        return List.of(sight, pause, server, busy, stream, remote, asked, others);
    }

    /** Only a standby streams, and only who does not is told how the remote server is. */
    private boolean isPossible() {
        boolean streams = stream != Upstream.QUIET;
        boolean asks = remote != Remote.SILENT;
        return (!streams || server == Server.STANDBY)
                && !(streams && asks)
                && !(asks && (server.isRunning() && server != Server.STANDBY))
                && !(asks && pause == Pause.PAUSE)
                && (busy == Busy.IDLE || server == Server.STANDBY || server == Server.PRIMARY);
    }

    Snapshot snapshot() {
        SnapshotBuilder now = aSnapshot()
                .standbyCluster(REMOTE)
                .server(server::describe)
                .view(facts -> facts.timelineEnded(TIMELINE - 1, ServerBuilder.POSITION))
                .member(MemberBuilder.aMember(OTHER).at(TIMELINE, ServerBuilder.POSITION));
        describeServer(now);
        describeSight(now);
        describeRemote(now);
        describeRest(now);
        return now.build();
    }

    private void describeServer(SnapshotBuilder now) {
        switch (stream) {
            case FROM_REMOTE -> now.server(facts -> facts.following(REMOTE));
            case FROM_OTHER -> now.server(facts -> facts.following(OTHER));
            case QUIET -> now.server(facts -> facts.following(REMOTE).notStreaming());
        }
        if (sight == Sight.MINE) {
            now.server(facts -> facts.slots(OTHER));
        }
        if (busy == Busy.PROMOTE) {
            now.running(new Operation.Promote());
        }
    }

    private void describeSight(SnapshotBuilder now) {
        switch (sight) {
            case MINE -> now.leading();
            case OTHER ->
                now.ledBy(OTHER)
                        .member(MemberBuilder.aMember(OTHER).standbyLeader().at(TIMELINE, ServerBuilder.POSITION));
            case VACANT -> now.vacantFor(Duration.ofSeconds(11));
        }
    }

    private void describeRemote(SnapshotBuilder now) {
        Lsn before = new Lsn(ServerBuilder.POSITION.value() - 1);
        Lsn after = new Lsn(ServerBuilder.POSITION.value() + 1);
        switch (remote) {
            case SILENT -> {}
            case STANDBY -> now.remoteStandby(TIMELINE);
            case IN_STEP -> now.remotePrimary(TIMELINE + 1, ended(after));
            case DIVERGED -> now.remotePrimary(TIMELINE + 1, ended(before));
        }
    }

    private static TimelineSwitch ended(Lsn at) {
        return new TimelineSwitch(TIMELINE, at, "no recovery target specified", Optional.empty(), Optional.empty());
    }

    private void describeRest(SnapshotBuilder now) {
        switch (asked) {
            case NOBODY -> {}
            case ME -> now.failoverTo(SnapshotBuilder.SELF);
            case OTHER -> now.failoverTo(OTHER);
        }
        if (pause == Pause.PAUSE) {
            now.paused();
        }
        if (others == Others.FIT) {
            now.answering(OTHER);
        } else {
            now.silent(OTHER);
        }
    }
}
