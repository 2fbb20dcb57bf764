package dev.regent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.agent.Programs.Outcome;
import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.cluster.AgentProgram;
import dev.regent.testkit.ledger.LedgerClient;
import dev.regent.testkit.process.EtcdServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cluster of the reference's agents is taken over by our agents one by one, and given back. */
class MixedClusterIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String PATRONI = "/usr/bin/patroni";
    private static final String SCOPE = "mixed";

    private static EtcdServer etcd;
    private static AgentCluster cluster;
    private static LedgerClient ledger;

    @BeforeAll
    static void startThreePatronis() throws Exception {
        assertThat(Path.of(PATRONI)).as("install the package patroni").isExecutable();
        etcd = EtcdServer.start();
        cluster = AgentCluster.prepare(
                SCOPE,
                AgentProgram.peer(PATRONI),
                List.of(etcd.endpoint()),
                3,
                Map.of(
                        "ttl",
                        20,
                        "loop_wait",
                        1,
                        "retry_timeout",
                        5,
                        "synchronous_mode",
                        true,
                        "synchronous_node_count",
                        2,
                        "postgresql",
                        Map.of("use_pg_rewind", true)));
        cluster.startAll();
        cluster.awaitHealthy(LIMIT);
        ledger = new LedgerClient(cluster.jdbcUrls(), cluster.user(), cluster.password()).start();
    }

    @AfterAll
    static void removeEverything() {
        if (ledger != null) {
            ledger.close();
        }
        if (cluster != null) {
            cluster.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    @Test
    void regentTakesAClusterOverNodeByNodeAndGivesItBackWithoutLosingAWrite() throws Exception {
        awaitWrites();

        Agent first = standby();
        replace(first, Programs.agent());
        changeHands(first);

        Agent second = otherStandby(first);
        replace(second, Programs.agent());
        Agent last = cluster.agents().stream()
                .filter(agent -> agent != first && agent != second)
                .findFirst()
                .orElseThrow();
        changeHands(last);

        replace(last, Programs.agent());
        for (Agent agent : cluster.agents()) {
            replace(agent, AgentProgram.peer(PATRONI));
        }
        awaitWrites();
        ledger.stop();
        assertThat(ledger.missingOn(cluster.leader().jdbcUrl())).isEmpty();
        assertThat(ledger.size()).isGreaterThan(100);
    }

    /** Lets the one of its kind lead, lead no more, lead again, and be lost together with its host. */
    private static void changeHands(Agent single) throws Exception {
        if (cluster.leader() != single) {
            handOver(single);
        }
        handOver(standby());
        handOver(single);
        single.killHost();
        etcd.endSessionOf("/service/" + SCOPE + "/leader");
        cluster.await(
                LIMIT,
                "another leader than " + single,
                seen -> seen.leader()
                        .filter(name -> !name.equals(single.name()))
                        .isPresent());
        awaitWrites();
        single.start();
        awaitTwoSynchronousStandbys();
    }

    /** A switchover to the agent. */
    private static void handOver(Agent candidate) throws Exception {
        assertThat(done("switchover", "--candidate", candidate.name(), "--force"))
                .contains("Successfully switched over to \"" + candidate.name() + "\"");
        awaitTwoSynchronousStandbys();
        awaitWrites();
        assertThat(cluster.leader().name()).isEqualTo(candidate.name());
    }

    /** Stops the agent in good order and lets another program go on with its server. */
    private static void replace(Agent agent, AgentProgram program) throws Exception {
        agent.stop();
        agent.become(program);
        agent.start();
        awaitTwoSynchronousStandbys();
        awaitWrites();
    }

    private static void awaitTwoSynchronousStandbys() throws Exception {
        cluster.await(
                LIMIT,
                "a leader and two synchronous standbys",
                seen -> seen.isHealthy(3)
                        && seen.members().stream()
                                        .filter(row -> row.role().equals("sync_standby"))
                                        .count()
                                == 2);
    }

    private static void awaitWrites() throws Exception {
        String leader = cluster.leader().jdbcUrl();
        assertThat(ledger.awaitWrite(LIMIT, leader::equals))
                .as("a write on " + leader)
                .isTrue();
    }

    private static Agent standby() throws InterruptedException {
        Agent leader = cluster.leader();
        return cluster.agents().stream()
                .filter(agent -> agent != leader)
                .findFirst()
                .orElseThrow();
    }

    private static Agent otherStandby(Agent than) throws InterruptedException {
        Agent leader = cluster.leader();
        return cluster.agents().stream()
                .filter(agent -> agent != leader && agent != than)
                .findFirst()
                .orElseThrow();
    }

    private static String done(String... arguments) throws Exception {
        Outcome outcome = Programs.regentctl(cluster.agents().get(0).yamlFile(), arguments);
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        return outcome.output();
    }
}
