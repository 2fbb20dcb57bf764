package dev.regent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.regent.dcs.etcd.EtcdDcs;
import dev.regent.dcs.etcd.EtcdOptions;
import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.spi.Dcs;
import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.ledger.LedgerClient;
import dev.regent.testkit.process.EtcdServer;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three agent processes over real etcd and PostgreSQL, which promise that every commit is on two servers. */
class StrictModeIT {
    private static final String SCOPE = "strict";
    private static final int SIZE = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final String CLIENT = "client";
    private static final String REJECTED = "28000";
    private static final Map<String, Object> CONFIG = Map.of(
            "ttl",
            20,
            "loop_wait",
            3,
            "retry_timeout",
            3,
            "synchronous_mode",
            true,
            "synchronous_mode_strict",
            true,
            "synchronous_start_gate",
            true,
            "postgresql",
            Map.of("use_pg_rewind", true));

    private static EtcdServer etcd;
    private static AgentCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        etcd = EtcdServer.start();
        cluster = AgentCluster.prepare(SCOPE, ThisBuild.regent(), List.of(etcd.endpoint()), SIZE, CONFIG);
        cluster.startAll();
        awaitHealthy();
        execute(cluster.leader(), "CREATE ROLE " + CLIENT + " LOGIN PASSWORD '" + CLIENT + "'");
    }

    @AfterAll
    static void end() throws Exception {
        cluster.close();
        etcd.close();
    }

    @BeforeEach
    void awaitAll() throws Exception {
        awaitHealthy();
    }

    /** A condition of the outside world. */
    @FunctionalInterface
    private interface Condition {
        boolean isTrue() throws Exception;
    }

    @Test
    void withoutAReplicaWritesWaitAndGoOnWhenOneIsBack() throws Exception {
        try (LedgerClient ledger = ledger()) {
            Agent primary = cluster.leader();
            List<Agent> replicas = othersThan(primary);
            assertThat(ledger.awaitWrite(PATIENCE, primary.jdbcUrl()::equals)).isTrue();

            replicas.get(0).killHost();
            replicas.get(1).killHost();
            await("a write that waits", () -> waitingCommits(primary) > 0);
            int acknowledged = ledger.size();
            await("another, for which the client has given the first up", () -> waitingCommits(primary) > 1);
            assertThat(ledger.size()).isEqualTo(acknowledged);
            assertThat(cluster.leader().name()).isEqualTo(primary.name());

            replicas.get(0).start();
            assertThat(ledger.awaitWrite(PATIENCE, primary.jdbcUrl()::equals))
                    .as("writes go on where they were")
                    .isTrue();
            replicas.get(1).start();
            awaitHealthy();
            ledger.stop();
            assertThat(ledger.missingOn(primary.jdbcUrl())).isEmpty();
        }
    }

    @Test
    void whatNobodyElseHasIsNotShownByAPrimaryThatStartsAgain() throws Exception {
        Agent primary = cluster.leader();
        List<Agent> replicas = othersThan(primary);
        execute(primary, "CREATE TABLE gate (value text); GRANT SELECT ON gate TO " + CLIENT);
        replicas.get(0).killHost();
        replicas.get(1).killHost();
        Thread writer = new Thread(() -> insertInVain(primary), "writer");
        writer.start();
        await("a write that waits", () -> waitingCommits(primary) > 0);
        assertThat(ask(clientOf(primary), "SELECT count(*) FROM gate")).isEqualTo("0");

        primary.killPostmaster();
        writer.join();
        await(
                "the row after the restart, for the superuser",
                () -> ask(superuserOf(primary), "SELECT count(*) FROM gate").equals("1"));
        assertThat(isRejected(primary)).as("a client is kept out").isTrue();
        assertThat(status(primary, "/primary")).isEqualTo(503);
        assertThat(status(primary, "/health")).isEqualTo(200);

        replicas.get(0).start();
        replicas.get(1).start();
        await("clients are let in", () -> !isRejected(primary));
        assertThat(ask(clientOf(primary), "SELECT count(*) FROM gate")).isEqualTo("1");
        await("and come", () -> status(primary, "/primary") == 200);
    }

    @Test
    void aPausedClusterHandsOverToTheOneThatAPersonChooses() throws Exception {
        try (Dcs store = EtcdDcs.open(EtcdOptions.of("/service/" + SCOPE + "/", etcd.endpoint()));
                LedgerClient ledger = ledger()) {
            ClusterAdmin admin = ClusterAdmin.of(store);
            Agent primary = cluster.leader();
            Agent candidate = cluster.agent(
                    admin.view().sync().standbys().iterator().next().value());
            assertThat(ledger.awaitWrite(PATIENCE, primary.jdbcUrl()::equals)).isTrue();
            pause(admin, true);

            post(primary, "/failover", "{\"candidate\": \"" + candidate.name() + "\"}");

            assertThat(ledger.awaitWrite(PATIENCE, candidate.jdbcUrl()::equals))
                    .as("writes go on at the candidate")
                    .isTrue();
            assertThat(cluster.leader().name()).isEqualTo(candidate.name());
            awaitHealthy();
            assertThat(body(candidate)).contains("\"pause\": true");
            ledger.stop();
            assertThat(ledger.missingOn(candidate.jdbcUrl())).isEmpty();
            pause(admin, false);
        }
    }

    private static void pause(ClusterAdmin admin, boolean on) throws Exception {
        assertThat(admin.changeConfig(JsonNodeFactory.instance.objectNode().put("pause", on)))
                .isPresent();
        for (Agent agent : cluster.agents()) {
            await(agent + (on ? " pauses" : " goes on"), () -> body(agent).contains("\"pause\": true") == on);
        }
    }

    private static void awaitHealthy() throws InterruptedException {
        cluster.await(
                PATIENCE,
                "one leader and two streaming replicas, one of them synchronous",
                seen -> seen.isHealthy(SIZE) && seen.hasSynchronousStandby());
    }

    private static void await(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (condition.isTrue()) {
                    return;
                }
            } catch (SQLException | java.io.IOException notYet) {
                // The server, or its agent, is not there at this moment
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        cluster.keepFiles();
        throw new AssertionError("expected within " + PATIENCE.toSeconds() + " s: " + what);
    }

    private static List<Agent> othersThan(Agent primary) {
        return cluster.agents().stream()
                .filter(agent -> !agent.name().equals(primary.name()))
                .toList();
    }

    private static LedgerClient ledger() {
        return new LedgerClient(cluster.jdbcUrls(), cluster.user(), cluster.password()).start();
    }

    private static int waitingCommits(Agent primary) throws SQLException {
        return Integer.parseInt(
                ask(superuserOf(primary), "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"));
    }

    /** The commit waits for a standby, and its server is killed before one comes. */
    private static void insertInVain(Agent primary) {
        try {
            execute(primary, "INSERT INTO gate VALUES ('not yet anywhere else')");
        } catch (SQLException killed) {
            return;
        }
        throw new AssertionError("expected the commit to wait for a standby, it was acknowledged");
    }

    private static boolean isRejected(Agent agent) throws SQLException {
        try (Connection client = clientOf(agent)) {
            return !client.isValid(1);
        } catch (SQLException refused) {
            if (REJECTED.equals(refused.getSQLState())) {
                return true;
            }
            throw refused;
        }
    }

    private static Connection clientOf(Agent agent) throws SQLException {
        return DriverManager.getConnection(agent.jdbcUrl(), CLIENT, CLIENT);
    }

    private static Connection superuserOf(Agent agent) throws SQLException {
        return DriverManager.getConnection(agent.jdbcUrl(), cluster.user(), cluster.password());
    }

    private static String ask(Connection server, String query) throws SQLException {
        try (server;
                Statement statement = server.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(Agent agent, String sql) throws SQLException {
        try (Connection server = superuserOf(agent);
                Statement statement = server.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int status(Agent agent, String path) throws Exception {
        return connection(agent, path).getResponseCode();
    }

    private static String body(Agent agent) throws Exception {
        return new String(connection(agent, "/patroni").getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void post(Agent agent, String path, String json) throws Exception {
        HttpURLConnection connection = connection(agent, path);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
        assertThat(connection.getResponseCode()).isEqualTo(200);
    }

    private static HttpURLConnection connection(Agent agent, String path) throws Exception {
        return (HttpURLConnection) URI.create(agent.restUrl() + path).toURL().openConnection();
    }
}
