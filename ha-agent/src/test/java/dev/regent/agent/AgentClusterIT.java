package dev.regent.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.agent.Programs.Outcome;
import dev.regent.agent.generate.LocalServer;
import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.process.EtcdServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three agents over real PostgreSQL and etcd, asked by our command line and by the one of the reference. */
class AgentClusterIT {
    private static final Duration UNTIL_HEALTHY = Duration.ofSeconds(90);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern SUCCESS = Pattern.compile("Successfully switched over to \"(node\\d)\"");

    private static final String STARTED_AT = "SELECT pg_postmaster_start_time()";

    private static EtcdServer etcd;
    private static AgentCluster cluster;

    @BeforeAll
    static void startThreeAgents() throws Exception {
        etcd = EtcdServer.start();
        cluster = AgentCluster.prepare(
                "demo",
                Programs.agent(),
                List.of(etcd.endpoint()),
                3,
                Map.of("ttl", 20, "loop_wait", 1, "retry_timeout", 5, "postgresql", Map.of("use_pg_rewind", true)));
        cluster.startAll();
    }

    @AfterAll
    static void removeEverything() {
        if (cluster != null) {
            cluster.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    @BeforeEach
    void awaitOneLeaderAndTwoStreamingReplicas() throws Exception {
        for (Agent agent : cluster.agents()) {
            if (!agent.isRunning()) {
                agent.start();
            }
        }
        // The store speaks of a killed agent as of a running one for a while, and so of the one that starts in its
        // place.
        for (Agent agent : cluster.agents()) {
            Waiting.until(UNTIL_HEALTHY, () -> answers(agent));
        }
        cluster.await(
                UNTIL_HEALTHY,
                "one leader and two streaming replicas",
                seen -> seen.isHealthy(3)
                        && seen.members().stream()
                                        .filter(row -> row.state().equals("streaming"))
                                        .count()
                                == 2);
    }

    @Test
    void regentctlListsTheMembers() throws Exception {
        Outcome list = Programs.regentctl(config(), "list");

        assertThat(list.exitCode()).as(list.output()).isZero();
        assertThat(list.output())
                .startsWith("+ Cluster: demo (")
                .containsPattern("\\| node\\d  \\| 127.0.0.1:\\d+ \\| Leader  \\| running   \\|")
                .containsPattern("\\| node\\d  \\| 127.0.0.1:\\d+ \\| Replica \\| streaming \\|");
    }

    @Test
    void regentctlExplainsWhatEachMemberDoesAndWhoDoesNotAnswer() throws Exception {
        Agent leader = cluster.leader();
        Agent replica = other(leader);

        Outcome all = Programs.regentctl(config(), "explain", "-f", "tsv");
        Outcome one = Programs.regentctl(config(), "explain", replica.name(), "-f", "tsv");

        assertThat(all.exitCode()).as(all.output()).isZero();
        assertThat(all.output())
                .contains(leader.name() + "\twait\tLEADING\tI lead\t\t")
                .contains(replica.name() + "\twait\tFOLLOWING\tI follow the leader; " + leader.name()
                        + " leads; if it were lost, I would");
        assertThat(one.output().lines()).hasSize(2);

        replica.kill();
        assertThat(Programs.regentctl(config(), "explain", "-f", "tsv").output())
                .contains(replica.name() + "\t?\t\tits REST API does not answer");
    }

    @Test
    void regentctlSwitchesOver() throws Exception {
        String before = cluster.leader().name();

        Outcome switchover = Programs.regentctl(config(), "switchover", "--force");

        assertThat(switchover.exitCode()).as(switchover.output()).isZero();
        assertThat(newLeader(switchover)).isNotEqualTo(before);
        cluster.await(UNTIL_HEALTHY, "the new leader", seen -> seen.isHealthy(3));
        assertThat(cluster.leader().name()).isEqualTo(newLeader(switchover));
        Outcome history = Programs.regentctl(config(), "history", "-f", "json");
        assertThat(history.output()).contains("\"New Leader\": \"" + newLeader(switchover) + "\"");
    }

    @Test
    void regentctlPausesAndResumes() throws Exception {
        assertThat(Programs.regentctl(config(), "pause"))
                .isEqualTo(new Outcome(0, "Success: cluster management is paused\n"));
        assertThat(Programs.regentctl(config(), "pause"))
                .isEqualTo(new Outcome(1, "Error: Cluster is already paused\n"));
        assertThat(Programs.regentctl(config(), "list").output()).endsWith(" Maintenance mode: on\n");

        assertThat(Programs.regentctl(config(), "resume"))
                .isEqualTo(new Outcome(0, "Success: cluster management is resumed\n"));
        assertThat(Programs.regentctl(config(), "resume")).isEqualTo(new Outcome(1, "Error: Cluster is not paused\n"));
    }

    @Test
    void regentctlFallsBackToTheStoreWhereNoApiAnswers() throws Exception {
        Agent leader = cluster.leader();
        Agent candidate = other(leader);
        leader.killHost();

        Outcome failover = Programs.regentctl(config(), "failover", "--candidate", candidate.name(), "--force");

        assertThat(failover.exitCode()).as(failover.output()).isZero();
        assertThat(failover.output()).contains("Could not failover using Patroni api, falling back to DCS");
        etcd.endSessionOf("/service/demo/leader");
        cluster.await(
                UNTIL_HEALTHY,
                candidate + " as the leader",
                seen -> seen.leader().filter(candidate.name()::equals).isPresent());
    }

    @Test
    void anAgentToldToEndHandsOverStopsItsServerAndSaysThatAllWentWell() throws Exception {
        Agent leader = cluster.leader();

        leader.terminate();

        assertThat(leader.awaitEnd()).isZero();
        assertThat(leader.postmasterPid()).isEmpty();
        cluster.await(
                Duration.ofSeconds(20),
                "another leader than " + leader,
                seen -> seen.leader()
                        .filter(name -> !name.equals(leader.name()))
                        .isPresent());
        assertThat(Files.readString(leader.logFile())).doesNotContain("Exception");
    }

    @Test
    void anAgentTakesOverWhatItCanOfAChangedConfigurationAndSaysWhatItCannot() throws Exception {
        Agent replica = other(cluster.leader());
        String before = Files.readString(replica.yamlFile());
        try {
            Files.writeString(
                    replica.yamlFile(),
                    before.replace("scope: demo", "scope: other").replace("    fsync: 'on'", "    work_mem: 7MB")
                            + "tags: {rack: '7'}\nlog: {level: DEBUG, format: 'now %(levelname)s %(message)s'}\n");
            signal(replica, "HUP");

            awaitInLog(
                    replica,
                    "INFO taken over from " + replica.yamlFile()
                            + ": log.format, log.level, postgresql.parameters.fsync, postgresql.parameters.work_mem,"
                            + " tags.rack");
            awaitInLog(replica, "now WARNING without effect until this agent is restarted: scope");
            Waiting.until(LIMIT, () -> asked(replica, "SHOW work_mem").equals("7MB"));
            Agent leader = cluster.leader();
            Waiting.until(LIMIT, () -> get(leader.restUrl() + "/cluster").contains("\"rack\": \"7\""));

            Files.writeString(replica.yamlFile(), "scope: [");
            assertThat(post(replica.restUrl() + "/reload")).isEqualTo("202 reload scheduled");
            awaitInLog(replica, "now ERROR the configuration stays as it was: ");
        } finally {
            Files.writeString(replica.yamlFile(), before);
            signal(replica, "HUP");
        }
        Waiting.until(LIMIT, () -> asked(replica, "SHOW work_mem").equals("4MB"));
        assertThat(replica.isRunning()).isTrue();
    }

    @Test
    void ordersOverRestRestartAReplicaAndCopyItAnew() throws Exception {
        Agent replica = other(cluster.leader());
        String url = replica.restUrl();
        String startedAt = asked(replica, STARTED_AT);

        assertThat(post(url + "/restart")).isEqualTo("200 restarted successfully");
        assertThat(asked(replica, STARTED_AT)).isNotEqualTo(startedAt);
        awaitOneLeaderAndTwoStreamingReplicas();

        assertThat(answer(request(url + "/restart")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"schedule\":\"2999-01-01T02:00:00+00:00\"}"))))
                .isEqualTo("202 Restart scheduled");
        assertThat(get(url + "/patroni"))
                .contains("\"scheduled_restart\": {\"schedule\": \"2999-01-01T02:00:00+00:00\"}");
        Waiting.until(LIMIT, () -> get(url + "/cluster").contains("\"schedule\": \"2999-01-01T02:00:00+00:00\""));
        assertThat(Programs.regentctl(config(), "list").output()).contains("2999-01-01T02:00");
        assertThat(answer(request(url + "/restart").DELETE())).isEqualTo("200 scheduled restart deleted");
        assertThat(answer(request(url + "/restart").DELETE())).isEqualTo("404 no restarts are scheduled");
        Waiting.until(LIMIT, () -> !get(url + "/cluster").contains("scheduled_restart"));

        Path mark = Files.createFile(replica.dataDir().resolve("of_the_old_data"));
        assertThat(post(cluster.leader().restUrl() + "/reinitialize"))
                .isEqualTo("503 I am the leader, can not reinitialize");
        assertThat(post(url + "/reinitialize")).isEqualTo("200 reinitialize started");
        // The copy is of the leader's data, in which nobody has put that file.
        Waiting.until(UNTIL_HEALTHY, () -> Files.notExists(mark));
        awaitOneLeaderAndTwoStreamingReplicas();
        assertThat(asked(replica, "SELECT pg_is_in_recovery()")).isEqualTo("t");
    }

    @Test
    void aServerThatRunsIsDescribedAsAConfiguration() throws Exception {
        Agent leader = cluster.leader();
        String address = leader.jdbcUrl().replaceFirst(".*//([^/]*)/.*", "$1");
        String dsn = "postgresql://" + cluster.user() + ":" + cluster.password() + "@" + address + "/postgres";

        String text = LocalServer.describe(dsn, Map.of()).text();

        assertThat(text)
                .startsWith("scope: demo\n")
                .contains("  data_dir: " + leader.dataDir() + "\n", "  listen: " + address + "\n", "wal_level: replica")
                .contains("    superuser:\n      password: " + cluster.password() + "\n      username: postgres\n")
                .contains("  - host replication replicator 127.0.0.1/32 scram-sha-256");
        assertThatThrownBy(() -> LocalServer.describe(dsn.replace(cluster.password(), "wrong"), Map.of()))
                .hasMessageStartingWith("Failed to establish PostgreSQL connection: ");
    }

    private static void signal(Agent agent, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(agent.pid()))
                .start()
                .waitFor(10, TimeUnit.SECONDS);
    }

    private static boolean answers(Agent agent) throws InterruptedException {
        try {
            return get(agent.restUrl() + "/patroni").startsWith("200 ");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void awaitInLog(Agent agent, String text) throws Exception {
        try {
            Waiting.until(LIMIT, () -> Files.readString(agent.logFile()).contains(text));
        } catch (AssertionError late) {
            throw new AssertionError(
                    "not in the log of " + agent + " (running: " + agent.isRunning() + "): " + text + "\n"
                            + Files.readString(agent.logFile()),
                    late);
        }
    }

    private static String get(String url) throws IOException, InterruptedException {
        return answer(HttpRequest.newBuilder(URI.create(url)));
    }

    private static String post(String url) throws IOException, InterruptedException {
        return answer(HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private static String answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    private static String asked(Agent agent, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(agent.jdbcUrl(), cluster.user(), cluster.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url));
    }

    private static Path config() {
        return cluster.agents().get(0).yamlFile();
    }

    private static Agent other(Agent agent) {
        return cluster.agents().stream()
                .filter(each -> !each.name().equals(agent.name()))
                .findFirst()
                .orElseThrow();
    }

    private static String newLeader(Outcome switchover) {
        Matcher success = SUCCESS.matcher(switchover.output());
        assertThat(success.find()).as(switchover.output()).isTrue();
        return success.group(1);
    }
}
