package dev.regent.testkit.sim;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.Replica;
import dev.regent.ha.model.DatabaseStatus.ServerFacts;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.model.WalPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an agent can find out about a simulated server. */
final class SimStatus {
    private static final int VERSION = 150_000;

    private SimStatus() {}

    static DatabaseStatus of(SimServer server, Duration inState) {
        ServerState state = server.state();
        if (!server.directory().isUsable()) {
            return DatabaseStatus.of(state);
        }
        boolean answers = state == ServerState.PRIMARY || state == ServerState.STANDBY;
        return new DatabaseStatus(
                state,
                server.isStandbyData(),
                server.directory().systemId(),
                wal(server, state),
                server.isStandbyData()
                        ? server.recovery().upstream().map(Upstream::addresses).orElse(List.of())
                        : List.of(),
                state == ServerState.STANDBY && server.recovery().source().isPresent(),
                answers ? replicas(server) : List.of(),
                answers ? server.synchronousNames() : "",
                answers ? SimWal.lsn(server.synchronousSince()) : Lsn.ZERO,
                answers ? server.slots().shown() : Map.of(),
                server.isCheckpointed(),
                answers ? server.wal().history() : List.of(),
                answers && server.isClosed(),
                true,
                false,
                false,
                inState,
                facts(server, answers),
                Optional.empty());
    }

    private static ServerFacts facts(SimServer server, boolean answers) {
        return new ServerFacts(
                answers ? VERSION : 0,
                answers ? Optional.of("start " + server.starts()) : Optional.empty(),
                Optional.empty(),
                false);
    }

    private static WalPosition wal(SimServer server, ServerState state) {
        SimWal wal = server.wal();
        return switch (state) {
            case PRIMARY -> WalPosition.at(wal.timeline(), SimWal.lsn(wal.count()));
            case STANDBY ->
                WalPosition.ofStandby(
                        wal.timeline(),
                        SimWal.lsn(wal.count()),
                        SimWal.lsn(server.recovery().replayed()));
            case STOPPED, CRASHED ->
                WalPosition.at(
                        server.directory().controlTimeline(),
                        server.directory().downPosition().map(SimWal::lsn).orElse(Lsn.ZERO));
            case STARTING, UNRESPONSIVE, ABSENT, INCOMPLETE -> WalPosition.UNKNOWN;
        };
    }

    private static List<Replica> replicas(SimServer server) {
        List<Replica> replicas = new ArrayList<>();
        for (Stream stream : server.replicas()) {
            boolean synchronous = stream.isCaughtUp()
                    && server.isListedAsSynchronous(stream.standby().name());
            Optional<Lsn> flushed = Optional.of(SimWal.lsn(stream.flushed()));
            replicas.add(new Replica(
                    stream.standby().name().value(),
                    stream.isCaughtUp() ? "streaming" : "catchup",
                    synchronous ? server.isQuorumListed() ? "quorum" : "sync" : "async",
                    flushed,
                    flushed,
                    flushed,
                    "replicator",
                    Optional.of(stream.standby().address().host()),
                    synchronous ? 1 : 0));
        }
        return replicas;
    }
}
