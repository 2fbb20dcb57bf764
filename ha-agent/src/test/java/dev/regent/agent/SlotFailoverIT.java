package dev.regent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.process.EtcdServer;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three agents over real PostgreSQL and etcd, the loss of the leader's host, and whoever consumes changes meanwhile. */
class SlotFailoverIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final Map<String, Object> CONFIG = Map.of(
            "ttl",
            10,
            "loop_wait",
            1,
            "retry_timeout",
            3,
            "postgresql",
            Map.of("use_pg_rewind", true, "parameters", Map.of("wal_level", "logical")),
            "slots",
            Map.of(
                    "cdc",
                    Map.of("type", "logical", "database", "postgres", "plugin", "test_decoding"),
                    "backup",
                    Map.of("type", "physical")),
            "ignore_slots",
            List.of(Map.of("name", "theirs", "type", "physical")));

    private static final String SLOTS = "SELECT slot_name FROM pg_replication_slots";

    private static final String CONSUME = "SELECT substring(data from 'changes: INSERT: id.integer.:([0-9]+)')"
            + " FROM pg_logical_slot_get_changes('cdc', NULL, NULL) WHERE data LIKE '%changes: INSERT%'";

    @Test
    void afterAFailoverTheSlotsOfAllAreThereAndNoConsumerHasMissedAnything() throws Exception {
        try (EtcdServer etcd = EtcdServer.start();
                AgentCluster cluster =
                        AgentCluster.prepare("slots", Programs.agent(), List.of(etcd.endpoint()), 3, CONFIG)) {
            cluster.startAll();
            cluster.awaitHealthy(LIMIT);
            Agent former = cluster.leader();
            List<Agent> replicas = cluster.agents().stream()
                    .filter(agent -> !agent.equals(former))
                    .toList();
            for (Agent agent : cluster.agents()) {
                await(() -> {
                    // A standby that was copied after the slot was made takes it over when its consumer has come so far
                    ask(cluster, former, "CHECKPOINT");
                    ask(cluster, former, CONSUME);
                    return slots(cluster, agent).containsAll(slotsBesides(cluster, agent));
                });
            }
            for (Agent replica : replicas) {
                await(() -> Files.readString(replica.logFile()).contains("slot cdc can be used here after a failover"));
                await(() -> ask(cluster, replica, "SELECT pg_create_physical_replication_slot('theirs')")
                                .size()
                        == 1);
            }
            ask(cluster, former, "CREATE TABLE changes (id int)");
            insert(cluster, former, 1, 100);
            List<String> consumed = new ArrayList<>(ask(cluster, former, CONSUME));
            assertThat(consumed).isEqualTo(numbers(1, 100));
            insert(cluster, former, 101, 200);
            String end =
                    ask(cluster, former, "SELECT pg_current_wal_flush_lsn()").get(0);
            for (Agent replica : replicas) {
                await(() -> ask(cluster, replica, "SELECT pg_last_wal_replay_lsn() >= '" + end + "'")
                        .equals(List.of("t")));
            }

            former.killHost();
            cluster.await(
                    LIMIT,
                    "another leader",
                    seen -> seen.leader()
                            .filter(name -> !name.equals(former.name()))
                            .isPresent());
            Agent next = cluster.leader();
            Waiting.until(
                    LIMIT,
                    () -> ask(cluster, next, "SELECT pg_is_in_recovery()").equals(List.of("f")));

            assertThat(slots(cluster, next)).contains("theirs").containsAll(slotsBesides(cluster, next));
            insert(cluster, next, 201, 300);
            List<String> later = ask(cluster, next, CONSUME);
            assertThat(later).containsAll(numbers(101, 300)).isSubsetOf(numbers(1, 300));

            former.start();
            cluster.awaitHealthy(LIMIT);
            await(() -> slots(cluster, former).equals(slotsBesides(cluster, former)));
        }
    }

    /** A standby is restarted when it takes over a logical slot, so that it may refuse connections for a moment. */
    private static void await(Waiting.Condition condition) throws Exception {
        Waiting.until(LIMIT, () -> {
            try {
                return condition.isTrue();
            } catch (SQLException restarting) {
                return false;
            }
        });
    }

    private static Set<String> slotsBesides(AgentCluster cluster, Agent agent) {
        Set<String> names = new TreeSet<>(Set.of("cdc", "backup"));
        cluster.agents().forEach(other -> names.add(other.name()));
        names.remove(agent.name());
        return names;
    }

    private static Set<String> slots(AgentCluster cluster, Agent agent) throws SQLException {
        return new TreeSet<>(ask(cluster, agent, SLOTS));
    }

    private static List<String> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList();
    }

    private static void insert(AgentCluster cluster, Agent agent, int first, int last) throws SQLException {
        ask(cluster, agent, "INSERT INTO changes SELECT generate_series(" + first + ", " + last + ")");
    }

    private static List<String> ask(AgentCluster cluster, Agent agent, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(agent.jdbcUrl(), cluster.user(), cluster.password());
                Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        values.add(rows.getString(1));
                    }
                }
            }
        }
        return values;
    }
}
