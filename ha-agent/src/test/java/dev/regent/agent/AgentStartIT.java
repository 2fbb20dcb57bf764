package dev.regent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.agent.Programs.Outcome;
import dev.regent.dcs.etcd.EtcdDcs;
import dev.regent.dcs.etcd.EtcdOptions;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.Expected;
import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.process.EtcdServer;
import dev.regent.testkit.process.FreePorts;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How an agent begins where not everything is as it should be. */
class AgentStartIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private EtcdServer etcd;
    private AgentCluster cluster;
    private Agent agent;

    @BeforeEach
    void prepareOneAgent() throws Exception {
        etcd = EtcdServer.start();
        cluster = AgentCluster.prepare(
                "demo", Programs.agent(), List.of(etcd.endpoint()), 1, Map.of("ttl", 30, "loop_wait", 10));
        agent = cluster.agents().get(0);
    }

    @AfterEach
    void removeEverything() {
        cluster.close();
        etcd.close();
    }

    @Test
    void aStoreThatIsNotThereYetIsWaitedForAndSaidSoOnce() throws Exception {
        etcd.stop();
        agent.start();
        Waiting.until(LIMIT, () -> log().contains("waiting for the store (etcd3)"));

        etcd.restart();

        cluster.awaitHealthy(LIMIT);
        assertThat(log().split("waiting for the store", -1)).hasSize(2);
    }

    @Test
    void dataOfAnotherClusterAndANameInUseAreRefusedAndNothingIsTouched() throws Exception {
        agent.start();
        cluster.awaitHealthy(LIMIT);

        Outcome sameName =
                Programs.regent(variant("twin", agent.dataDir(), agent.dataDir().resolveSibling("twin")));
        assertThat(sameName.exitCode()).as(sameName.output()).isEqualTo(1);
        assertThat(errors(sameName))
                .singleElement()
                .asString()
                .contains("there is already a node named 'node1' running");
        agent.stop();

        try (Dcs other = EtcdDcs.open(EtcdOptions.of("/service/other/", etcd.endpoint()))) {
            // What an agent must not wait for, a test on a busy machine may
            other.limitCallsTo(LIMIT);
            other.write("initialize", "7000000000000000001", Expected.ANYTHING);
        }
        Outcome foreign = Programs.regent(variant("foreign", "scope: demo", "scope: other"));
        assertThat(foreign.exitCode()).as(foreign.output()).isEqualTo(1);
        assertThat(errors(foreign))
                .singleElement()
                .asString()
                .contains(
                        "belongs to another cluster",
                        "the cluster 7000000000000000001",
                        "start this node with an empty");
        assertThat(agent.dataDir().resolve("PG_VERSION")).exists();
        assertThat(agent.postmasterPid()).isEmpty();
    }

    @Test
    void commandsInTheClusterWideConfigurationAreRunOnlyWhereTheyMay() throws Exception {
        Path mark = agent.dataDir().resolveSibling("was_run");
        String foreign = """
                    postgresql:
                      callbacks: {on_start: "sh -c 'touch %s'"}
                      parameters: {archive_mode: 'on', archive_command: 'test -e %s', work_mem: 7MB}
                  initdb:
                """.formatted(mark, mark);
        String open = Files.readString(agent.yamlFile()).replace("  initdb:\n", foreign);
        String closed = open.replace("postgresql:\n  listen", "postgresql:\n  dynamic_commands: false\n  listen");
        assertThat(closed).contains("was_run", "dynamic_commands: false");
        Files.writeString(agent.yamlFile(), closed);

        agent.start();
        cluster.awaitHealthy(LIMIT);
        Waiting.until(LIMIT, () -> shown("work_mem").equals("7MB"));
        assertThat(shown("archive_command")).doesNotContain("was_run");
        assertThat(log()).contains("Commands in the cluster-wide configuration are not taken here");
        agent.stop();
        assertThat(mark).doesNotExist();

        Files.writeString(agent.yamlFile(), open);
        agent.start();
        Waiting.until(LIMIT, () -> Files.exists(mark));
        cluster.awaitHealthy(LIMIT);
        assertThat(shown("archive_command")).contains("was_run");
    }

    private String shown(String setting) throws SQLException {
        try (Connection connection = DriverManager.getConnection(agent.jdbcUrl(), cluster.user(), cluster.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + setting)) {
            row.next();
            return row.getString(1);
        }
    }

    private String log() throws Exception {
        return Files.readString(agent.logFile());
    }

    private static List<String> errors(Outcome outcome) {
        assertThat(outcome.output()).doesNotContain("\tat ");
        return outcome.output()
                .lines()
                .filter(line -> line.contains(" ERROR: "))
                .toList();
    }

    /** The agent's configuration with other ports and one thing changed. */
    private Path variant(String name, Object from, Object to) throws Exception {
        String yaml = Files.readString(agent.yamlFile()).replace(from.toString(), to.toString());
        for (String address : List.of(agent.restUrl().replace("http://", ""), postgresAddress())) {
            yaml = yaml.replace(address, "127.0.0.1:" + FreePorts.next());
        }
        return Files.writeString(agent.yamlFile().resolveSibling(name + ".yml"), yaml);
    }

    private String postgresAddress() {
        return agent.jdbcUrl().replaceFirst(".*//([^/]*)/.*", "$1");
    }
}
