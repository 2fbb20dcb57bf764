package dev.regent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regent.agent.Programs.Outcome;
import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.cluster.AgentProgram;
import dev.regent.testkit.process.EtcdServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our command line over a cluster of the reference's agents. */
class PatroniCommandsIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String PATRONI = "/usr/bin/patroni";
    private static final String SCOPE = "theirs";

    private static EtcdServer etcd;
    private static AgentCluster cluster;

    @BeforeAll
    static void startTwoPatronis() throws Exception {
        assertThat(Path.of(PATRONI)).as("install the package patroni").isExecutable();
        etcd = EtcdServer.start();
        cluster = AgentCluster.prepare(
                SCOPE,
                AgentProgram.peer(PATRONI),
                List.of(etcd.endpoint()),
                2,
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
    void regentctlDoesWithPatroniWhatPatronictlDoes() throws Exception {
        JsonNode members = new ObjectMapper().readTree(done("list", "-f", "json"));
        assertThat(members.findValuesAsText("Role")).contains("Leader").hasSize(2);
        cluster.awaitHealthy(LIMIT);
        String before = cluster.leader().name();

        assertThat(done("switchover", "--force")).contains("Successfully switched over to");
        cluster.awaitHealthy(LIMIT);
        assertThat(cluster.leader().name()).isNotEqualTo(before);
        String replica = replica();
        assertThat(done("restart", SCOPE, replica, "--force")).contains("Success: restart on member " + replica);
        assertThat(done("reload", SCOPE, replica, "--force"))
                .contains("for member " + replica)
                .doesNotContain("Failed");
        cluster.awaitHealthy(LIMIT);
        String other = replica();
        assertThat(done("reinit", SCOPE, other, "--force", "--wait"))
                .contains("Success: reinitialize for member " + other, "Reinitialize is completed on: " + other);
        assertThat(done("pause", "--wait")).endsWith("Success: cluster management is paused\n");
        assertThat(done("list")).endsWith(" Maintenance mode: on\n");
        assertThat(done("resume", "--wait")).endsWith("Success: cluster management is resumed\n");
        assertThat(done("edit-config", "-s", "maximum_lag_on_failover=2097152", "--force"))
                .endsWith("Configuration changed\n");
        assertThat(done("show-config")).contains("maximum_lag_on_failover: 2097152\n");
        cluster.awaitHealthy(LIMIT);
        String candidate = replica();
        assertThat(done("failover", "--candidate", candidate, "--force"))
                .contains("Successfully failed over to \"" + candidate + "\"");
        cluster.awaitHealthy(LIMIT);
        assertThat(done("history", "-f", "tsv"))
                .contains("no recovery target specified")
                .contains(candidate);
        assertThat(done("topology")).contains("| + node");
        assertThat(done("version", SCOPE)).contains(candidate + ": Patroni 3.0.2 PostgreSQL ");
        assertThat(done(
                        "query",
                        "-U",
                        cluster.user(),
                        "-d",
                        "postgres",
                        "-r",
                        "primary",
                        "-c",
                        "SELECT 6 * 7 AS answer"))
                .isEqualTo("answer\n42\n");
    }

    private static String replica() throws InterruptedException {
        String leader = cluster.leader().name();
        return cluster.agents().stream()
                .map(Agent::name)
                .filter(name -> !name.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    private static String done(String... arguments) throws Exception {
        Outcome outcome = Programs.regentctl(cluster.agents().get(0).yamlFile(), arguments);
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        return outcome.output();
    }
}
