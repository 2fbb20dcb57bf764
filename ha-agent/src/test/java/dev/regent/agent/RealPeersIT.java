package dev.regent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regent.agent.Programs.Outcome;
import dev.regent.ha.model.Address;
import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.ledger.LedgerClient;
import dev.regent.testkit.process.EtcdServer;
import dev.regent.testkit.process.HaProxy;
import dev.regent.testkit.process.NetworkNamespace;
import dev.regent.testkit.process.VirtualIp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What runs around Patroni, unchanged, around three of our agents over real PostgreSQL and etcd. */
class RealPeersIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Path PATRONICTL = Path.of("/usr/bin/patronictl");
    private static final String SCOPE = "peers";
    private static final String VIRTUAL_ADDRESS = "10.213.251.1";

    private static EtcdServer etcd;
    private static AgentCluster cluster;

    @BeforeAll
    static void startThreeAgents() throws Exception {
        etcd = EtcdServer.start();
        cluster = AgentCluster.prepare(
                SCOPE,
                Programs.agent(),
                List.of(etcd.endpoint()),
                3,
                Map.of("ttl", 20, "loop_wait", 1, "retry_timeout", 5, "postgresql", Map.of("use_pg_rewind", true)));
        cluster.startAll();
        cluster.awaitHealthy(LIMIT);
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

    @Test
    void haproxyWithTheConfigurationOfTheManualFollowsAFailover() throws Exception {
        cluster.awaitHealthy(LIMIT);
        List<HaProxy.Backend> servers = cluster.agents().stream()
                .map(agent -> new HaProxy.Backend(
                        agent.name(), new Address("127.0.0.1", agent.postgresPort()), agent.restPort()))
                .toList();
        try (HaProxy proxy = HaProxy.start(servers);
                LedgerClient client = new LedgerClient(
                                List.of("jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres"),
                                cluster.user(),
                                cluster.password())
                        .start()) {
            assertThat(client.awaitWrite(LIMIT, url -> true)).isTrue();
            Agent lost = cluster.leader();

            lost.killHost();

            etcd.endSessionOf("/service/" + SCOPE + "/leader");
            cluster.await(
                    LIMIT,
                    "another leader than " + lost,
                    seen -> seen.leader()
                            .filter(name -> !name.equals(lost.name()))
                            .isPresent());
            assertThat(client.awaitWrite(LIMIT, url -> true)).isTrue();
            lost.start();
        }
        cluster.awaitHealthy(LIMIT);
    }

    @Test
    void vipManagerMovesItsAddressWithTheLeader() throws Exception {
        cluster.awaitHealthy(LIMIT);
        Agent leader = cluster.leader();
        Agent candidate = replica();
        String key = "/service/" + SCOPE + "/leader";
        try (EtcdV2Gateway store = EtcdV2Gateway.start(etcd.endpoint(), SCOPE);
                NetworkNamespace here = reaching(store);
                NetworkNamespace there = reaching(store);
                VirtualIp one = VirtualIp.start(here, store.endpoint(), key, leader.name(), VIRTUAL_ADDRESS);
                VirtualIp other = VirtualIp.start(there, store.endpoint(), key, candidate.name(), VIRTUAL_ADDRESS)) {
            Waiting.until(LIMIT, () -> one.holdsAddress() && !other.holdsAddress());

            assertThat(cluster.switchover(leader, candidate)).startsWith("Successfully switched over to");

            Waiting.until(LIMIT, () -> other.holdsAddress() && !one.holdsAddress());
        }
        cluster.awaitHealthy(LIMIT);
    }

    private static NetworkNamespace reaching(EtcdV2Gateway store) throws IOException {
        NetworkNamespace network = NetworkNamespace.create();
        network.reach(store.port());
        return network;
    }

    @Test
    void patronictlDoesWithRegentWhatItDoesWithPatroni() throws Exception {
        assertThat(PATRONICTL).as("install the package patroni").isExecutable();
        cluster.awaitHealthy(LIMIT);
        JsonNode members = new ObjectMapper().readTree(done("list", "-f", "json"));
        assertThat(members.findValuesAsText("Role")).containsExactlyInAnyOrder("Leader", "Replica", "Replica");
        String leader = cluster.leader().name();
        String candidate = replica().name();

        assertThat(done("switchover", "--leader", leader, "--candidate", candidate, "--force"))
                .contains("Successfully switched over to \"" + candidate + "\"");
        cluster.awaitHealthy(LIMIT);
        String next = replica().name();
        // It names the leader, too, which makes a switchover of it
        assertThat(done("failover", "--candidate", next, "--force"))
                .contains("Successfully switched over to \"" + next + "\"");
        cluster.awaitHealthy(LIMIT);
        assertThat(done("history", "-f", "tsv")).contains(candidate, next);

        assertThat(done("pause", "--wait")).contains("Success: cluster management is paused");
        assertThat(done("list")).contains("Maintenance mode: on");
        assertThat(done("resume", "--wait")).contains("Success: cluster management is resumed");
        assertThat(done("edit-config", "-s", "maximum_lag_on_failover=2097152", "--force"))
                .contains("Configuration changed");
        assertThat(done("show-config")).contains("maximum_lag_on_failover: 2097152");

        assertThat(done("reload", SCOPE, replica().name(), "--force")).doesNotContain("Failed");
        String restarted = replica().name();
        assertThat(done("restart", SCOPE, restarted, "--force")).contains("Success: restart on member " + restarted);
        cluster.awaitHealthy(LIMIT);
        assertThat(done("reinit", SCOPE, restarted, "--force", "--wait"))
                .contains("Success: reinitialize for member " + restarted);
        cluster.awaitHealthy(LIMIT);
    }

    @Test
    void theDoctorFindsAHealthyClusterHealthy() throws Exception {
        cluster.awaitHealthy(LIMIT);

        Outcome doctor = Programs.regentctl(config(), "doctor", "--all", "-f", "tsv");

        assertThat(doctor.exitCode()).as(doctor.output()).isZero();
        assertThat(doctor.output())
                .contains(
                        "store quorum\trisk\t",
                        "rewind\tgood\tfull_page_writes = on\ton",
                        "rewind\tgood\tuser rewinder")
                .contains("REST API of node1\tgood\t", "PostgreSQL of node3\tgood\t", "clocks\tgood\t")
                .doesNotContain("\tfault\t");
    }

    private static Agent replica() throws InterruptedException {
        Agent leader = cluster.leader();
        return cluster.agents().stream()
                .filter(agent -> agent != leader)
                .findFirst()
                .orElseThrow();
    }

    private static Path config() {
        return cluster.agents().get(0).yamlFile();
    }

    private static String done(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(PATRONICTL.toString(), "-c", config().toString()));
        command.addAll(List.of(arguments));
        Outcome outcome = Programs.run(command);
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        return outcome.output();
    }
}
