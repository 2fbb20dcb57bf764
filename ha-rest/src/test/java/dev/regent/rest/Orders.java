package dev.regent.rest;

import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.Replica;
import dev.regent.ha.model.DatabaseStatus.ServerFacts;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.PendingRestart;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.model.WalSource;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Expected;
import dev.regent.testkit.store.InMemoryStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The made-up cluster of the golden samples: {@code pg-a} leads, {@code pg-b} and {@code pg-c} follow. */
final class Orders {
    static final Lsn POSITION = new Lsn(83_886_400);
    static final Tags LEADER_TAGS = tags("clonefrom", true, "dc", "eu1");
    static final String TIMINGS = "\"ttl\":30,\"loop_wait\":10,\"retry_timeout\":10";

    private static final String STARTED = "2031-03-01 08:15:30.123456+00:00";
    private static final String REPLAYED = "2031-03-03 23:59:58.500000+00:00";
    private static final String SYSTEM_ID = "7412836190112233445";

    private Orders() {}

    static NodeSettings settings(String name, Tags tags) {
        return new NodeSettings(
                "orders",
                NodeName.of(name),
                "postgres://10.20.0.11:5432/postgres",
                Optional.of("http://10.20.0.11:8008/patroni"),
                tags,
                Optional.empty());
    }

    static Tags tags(Object... namesAndValues) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Tags(values);
    }

    static DatabaseStatus primary() {
        return primary(PendingRestart.NONE);
    }

    static DatabaseStatus primary(PendingRestart pendingRestart) {
        return server(
                ServerState.PRIMARY,
                false,
                WalPosition.at(7, POSITION),
                List.of(replica("pg-b", "10.20.0.12"), replica("pg-c", "10.20.0.13")),
                new ServerFacts(170_005, Optional.of(STARTED), Optional.empty(), false).with(pendingRestart));
    }

    static DatabaseStatus standby() {
        return server(
                ServerState.STANDBY,
                true,
                WalPosition.ofStandby(7, POSITION, POSITION),
                List.of(),
                new ServerFacts(170_005, Optional.of(STARTED), Optional.of(REPLAYED), false));
    }

    /** Streams from a sender that has told how far its log goes. */
    static DatabaseStatus standbyOf(Lsn senderEnd) {
        return server(
                ServerState.STANDBY,
                true,
                WalPosition.ofStandby(7, POSITION, POSITION),
                List.of(),
                new ServerFacts(170_005, Optional.of(STARTED), Optional.of(REPLAYED), false)
                        .with(new WalSource(senderEnd, false)));
    }

    /** Has received everything. */
    static DatabaseStatus standbyThatReplayed(Lsn replayed) {
        return server(
                ServerState.STANDBY, true, WalPosition.ofStandby(7, POSITION, replayed), List.of(), ServerFacts.NONE);
    }

    /** Gets its log from an archive, and an operator has paused replay. */
    static DatabaseStatus pausedStandby(Lsn position) {
        return server(
                ServerState.STANDBY,
                false,
                WalPosition.ofStandby(7, position, position),
                List.of(),
                new ServerFacts(170_005, Optional.of(STARTED), Optional.empty(), true)
                        .with(new WalSource(Lsn.ZERO, true)));
    }

    /** A primary that keeps clients out until a standby holds what they would find. */
    static DatabaseStatus closedPrimary() {
        return with(primary(), false, true);
    }

    /** Not running, or not answering. */
    static DatabaseStatus silent(ServerState state, boolean standbyData) {
        DatabaseStatus status = server(state, false, WalPosition.UNKNOWN, List.of(), ServerFacts.NONE);
        return with(status, standbyData, false);
    }

    private static Replica replica(String name, String address) {
        return new Replica(
                name,
                "streaming",
                "async",
                Optional.of(POSITION),
                Optional.of(POSITION),
                Optional.of(POSITION),
                "replicator",
                Optional.of(address),
                0);
    }

    private static DatabaseStatus server(
            ServerState state, boolean streaming, WalPosition wal, List<Replica> replicas, ServerFacts facts) {
        return new DatabaseStatus(
                state,
                state == ServerState.STANDBY,
                Optional.of(SYSTEM_ID),
                wal,
                List.of(),
                streaming,
                replicas,
                "",
                Lsn.ZERO,
                Map.of(),
                true,
                List.of(),
                false,
                false,
                false,
                false,
                Duration.ofSeconds(60),
                facts,
                Optional.empty());
    }

    private static DatabaseStatus with(DatabaseStatus status, boolean standbyData, boolean closed) {
        return new DatabaseStatus(
                status.state(),
                standbyData,
                status.systemId(),
                status.wal(),
                status.following(),
                status.streaming(),
                status.replicas(),
                status.synchronousStandbyNames(),
                status.synchronousSince(),
                status.slots(),
                status.checkpointed(),
                status.history(),
                closed,
                status.canRewind(),
                status.canRestore(),
                status.needsLargerSettings(),
                status.inState(),
                status.facts(),
                status.problem());
    }

    /** The entries of the store with all three members, healthy. */
    static Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("initialize", SYSTEM_ID);
        entries.put("leader", "pg-a");
        entries.put("config", "{" + TIMINGS + "}");
        entries.put("status", "{\"optime\":83886400}");
        entries.put(
                "members/pg-a",
                member("10.20.0.11", 5432, "primary", "running")
                        + ",\"tags\":{\"clonefrom\":true,\"dc\":\"eu1\"},\"xlog_location\":83886400,\"timeline\":7}");
        entries.put("members/pg-b", replica("10.20.0.12", 83_886_400));
        entries.put("members/pg-c", replica("10.20.0.13", 81_788_928));
        return entries;
    }

    static String member(String host, int port, String role, String state) {
        return "{\"conn_url\":\"postgres://" + host + ":" + port + "/postgres\",\"api_url\":\"http://" + host
                + ":8008/patroni\",\"state\":\"" + state + "\",\"role\":\"" + role + "\",\"version\":\"4.1.4\"";
    }

    static String replica(String host, long position) {
        return member(host, 5432, "replica", "running") + ",\"xlog_location\":" + position + ",\"replay_lsn\":"
                + position + ",\"receive_lsn\":" + position
                + ",\"replication_state\":\"streaming\",\"timeline\":7}";
    }

    static ClusterView view(Map<String, String> entries) {
        try (InMemoryStore store = InMemoryStore.drivenBy(() -> Duration.ZERO);
                Dcs dcs = store.open("orders")) {
            write(dcs, entries);
            return ClusterAdmin.of(dcs).view();
        } catch (DcsException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static void write(Dcs dcs, Map<String, String> entries) throws DcsException {
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            dcs.write(entry.getKey(), entry.getValue(), Expected.ANYTHING);
        }
    }
}
