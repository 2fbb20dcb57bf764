package dev.regent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.dcs.etcd.EtcdDcs;
import dev.regent.dcs.etcd.EtcdOptions;
import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.cluster.Topology;
import dev.regent.testkit.ledger.LedgerClient;
import dev.regent.testkit.process.EtcdServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Two clusters of agent processes over real etcd and PostgreSQL, the second a standby of the first, then the other way round. */
class StandbyClusterIT {
    private static final String EAST = "east";
    private static final String WEST = "west";
    private static final int SIZE = 2;
    private static final Duration UNTIL_HEALTHY = Duration.ofMinutes(3);
    private static final Duration UNTIL_WRITING = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
    private static final Map<String, Object> CONFIG = Map.of(
            "ttl", 20,
            "loop_wait", 5,
            "retry_timeout", 5,
            "primary_start_timeout", 0,
            "postgresql", Map.of("use_pg_rewind", true));

    @Test
    void aStandbyClusterTakesOverAndTheOtherOneBecomesItsStandbyWithoutLosingAnything() throws Exception {
        try (EtcdServer etcd = EtcdServer.start();
                AgentCluster east =
                        AgentCluster.prepare(EAST, ThisBuild.regent(), List.of(etcd.endpoint()), SIZE, CONFIG);
                AgentCluster west = AgentCluster.prepare(
                        WEST, ThisBuild.regent(), List.of(etcd.endpoint()), SIZE, following(east));
                Dcs eastStore = EtcdDcs.open(EtcdOptions.of("/service/" + EAST + "/", etcd.endpoint()));
                Dcs westStore = EtcdDcs.open(EtcdOptions.of("/service/" + WEST + "/", etcd.endpoint()))) {
            ClusterAdmin eastAdmin = ClusterAdmin.of(eastStore);
            ClusterAdmin westAdmin = ClusterAdmin.of(westStore);
            east.startAll();
            east.awaitHealthy(UNTIL_HEALTHY);
            List<String> everywhere = new ArrayList<>(east.jdbcUrls());
            everywhere.addAll(west.jdbcUrls());
            LedgerClient ledger = new LedgerClient(everywhere, east.user(), east.password()).start();
            try (ledger) {
                awaitWrites(ledger, east);
                west.startAll();
                awaitStandby(west, 1);

                Agent first = west.leader();
                first.killHost();
                west.await(UNTIL_HEALTHY, "another standby leader", seen -> leadsStandby(seen, first));
                first.start();
                awaitStandby(west, 1);

                follow(eastAdmin, west);
                awaitStandby(east, 1);
                await("west has all that east wrote", () -> position(westAdmin) >= position(eastAdmin));
                followNobody(westAdmin);
                awaitWrites(ledger, west);
                awaitStandby(east, 2);

                ledger.stop();
                assertThat(ledger.size()).isPositive();
                assertThat(ledger.missingOn(west.leader().jdbcUrl())).isEmpty();
                for (Agent agent : east.agents()) {
                    await(agent + " of east has all that was acknowledged", () -> lacksNothing(ledger, agent));
                }
            }

            for (Agent agent : west.agents()) {
                agent.killHost();
            }
            followNobody(eastAdmin);
            await("east accepts writes", () -> writes(east, "INSERT INTO regent_ledger (number) VALUES (-1)"));
            follow(westAdmin, east);
            west.startAll();
            awaitStandby(west, 3);
            for (Agent agent : west.agents()) {
                await(
                        agent + " of west has what east wrote",
                        () -> has(west, agent, "SELECT FROM regent_ledger WHERE number = -1"));
            }
        }
    }

    private static boolean lacksNothing(LedgerClient ledger, Agent agent) {
        try {
            return ledger.missingOn(agent.jdbcUrl()).isEmpty();
        } catch (SQLException notYet) {
            return false;
        }
    }

    private static boolean writes(AgentCluster cluster, String statement) {
        return cluster.agents().stream()
                .anyMatch(agent -> ask(cluster, agent, sql -> sql.executeUpdate(statement)) > 0);
    }

    private static boolean has(AgentCluster cluster, Agent agent, String query) {
        return ask(cluster, agent, sql -> sql.executeQuery(query).next() ? 1 : 0) > 0;
    }

    /** Something that a server is asked or told. */
    @FunctionalInterface
    private interface Question {
        int ask(Statement sql) throws SQLException;
    }

    /** Nothing while the server does not answer, or does not take it. */
    private static int ask(AgentCluster cluster, Agent agent, Question question) {
        try (Connection connection = DriverManager.getConnection(agent.jdbcUrl(), cluster.user(), cluster.password());
                Statement statement = connection.createStatement()) {
            return question.ask(statement);
        } catch (SQLException notYet) {
            return 0;
        }
    }

    private static Map<String, Object> following(AgentCluster remote) {
        Map<String, Object> config = new HashMap<>(CONFIG);
        config.put("standby_cluster", Map.of("host", hosts(remote), "port", "'" + ports(remote) + "'"));
        return config;
    }

    private static String hosts(AgentCluster cluster) {
        return cluster.agents().stream().map(agent -> "127.0.0.1").collect(Collectors.joining(","));
    }

    private static String ports(AgentCluster cluster) {
        return cluster.agents().stream()
                .map(agent -> String.valueOf(agent.postgresPort()))
                .collect(Collectors.joining(","));
    }

    private static void follow(ClusterAdmin admin, AgentCluster remote) throws DcsException {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("standby_cluster").put("host", hosts(remote)).put("port", ports(remote));
        change(admin, patch);
    }

    private static void followNobody(ClusterAdmin admin) throws DcsException {
        change(admin, JsonNodeFactory.instance.objectNode().putNull("standby_cluster"));
    }

    private static void change(ClusterAdmin admin, JsonNode patch) throws DcsException {
        assertThat(admin.changeConfig(patch)).isPresent();
    }

    /** One leads as a standby and receives, the other follows it, both on the timeline. */
    private static void awaitStandby(AgentCluster cluster, int timeline) throws InterruptedException {
        cluster.await(
                UNTIL_HEALTHY,
                "a standby leader that receives and " + (SIZE - 1) + " replicas on timeline " + timeline,
                seen -> seen.isHealthyStandby(SIZE)
                        && seen.members().stream().allMatch(row -> row.timeline() == timeline));
    }

    private static boolean leadsStandby(Topology seen, Agent lost) {
        return seen.members().stream()
                .anyMatch(row -> row.isStandbyLeader() && !row.name().equals(lost.name()));
    }

    private static void awaitWrites(LedgerClient ledger, AgentCluster cluster) {
        assertThat(ledger.awaitWrite(UNTIL_WRITING, cluster.jdbcUrls()::contains))
                .as("one of " + cluster.jdbcUrls() + " acknowledges a write")
                .isTrue();
    }

    private static long position(ClusterAdmin admin) {
        try {
            return admin.view().status().optime().value();
        } catch (DcsException silent) {
            return -1;
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + UNTIL_HEALTHY.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}
