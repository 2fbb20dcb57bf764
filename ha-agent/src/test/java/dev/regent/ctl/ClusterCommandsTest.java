package dev.regent.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that show or change a whole cluster: what they ask, send, say, and how they end. */
class ClusterCommandsTest {
    private static final String CONFIG = "{\"ttl\":30,\"loop_wait\":10,\"retry_timeout\":10,"
            + "\"maximum_lag_on_failover\":1048576,\"postgresql\":{\"use_pg_rewind\":true,"
            + "\"parameters\":{\"max_connections\":200}}}";

    private CommandRun command;

    @TempDir
    private Path folder;

    @BeforeEach
    void startCluster() throws IOException {
        command = new CommandRun().reachable();
    }

    @AfterEach
    void stopCluster() {
        command.close();
    }

    @Test
    void theGroupsOfACitusClusterAreListedAsByTheReference() throws IOException {
        Path config = folder.resolve("citus.yml");
        Files.writeString(config, "scope: orders\netcd3: {host: localhost}\ncitus: {group: 0, database: citus}\n");
        command.with("PATRONICTL_CONFIG_FILE", config.toString());
        fillGroup("0", "pg-a", "pg-b", "10.20.0.1", 83886400);
        fillGroup("1", "w-a", "w-b", "10.20.1.1", 1000);
        Transcript expected = Transcript.read("list-citus.txt");

        assertThat(command.run("", "topology")).isZero();
        assertThat(command.printed()).isEqualTo(expected.output("topology"));
        assertThat(command.run("", "list", "--group", "0")).isZero();
        assertThat(command.printed()).isEqualTo(expected.output("list --group 0"));
        command.entries("orders/0").with("config", "{\"pause\":true}");
        assertThat(command.run("", "list")).isZero();
        assertThat(command.printed()).isEqualTo(expected.output("list"));

        assertThat(command.run("", "remove", "orders")).isEqualTo(1);
        assertThat(command.errors()).isEqualTo("Error: For Citus clusters the --group must me specified\n");
    }

    @Test
    void theGroupOfACitusClusterIsAskedForBeforeASwitchover() throws IOException {
        Path config = folder.resolve("citus.yml");
        Files.writeString(config, "scope: orders\netcd3: {host: localhost}\ncitus: {group: 0, database: citus}\n");
        command.with("PATRONICTL_CONFIG_FILE", config.toString());
        fillGroup("1", "w-a", "w-b", "10.20.1.1", 1000);

        assertFails("For Citus clusters the --group must me specified", "", "switchover", "--force");
        assertFails("Aborting switchover", "", "switchover", "<", "one\n1\n\n\n\nn\n");
        assertThat(command.printed())
                .contains("Citus group: one\nError: 'one' is not a valid integer.\nCitus group: 1\n")
                .contains("+ Citus cluster: orders (group: 1, 7412836190112233445) ")
                .contains("Primary [w-a]: \nCandidate ['w-b'] []: \n");
    }

    private void fillGroup(String group, String leader, String replica, String network, long position) {
        command.entries().with(group + "/leader", leader);
        command.entries("orders/" + group)
                .with("initialize", "7412836190112233445")
                .with("leader", leader)
                .with("status", "{\"optime\":" + position + "}")
                .with("members/" + leader, TestCluster.primary(network + "1", ""))
                .with("members/" + replica, TestCluster.replica(network + "2", position, ""));
    }

    @Test
    void aWatchedListClearsNothingWhereNobodyLooksAndShowsTheTime() {
        command.during(() -> command.entries().without("leader")).during(() -> {
            throw new Terminal.EndOfInput();
        });

        assertThat(command.run("", "list", "-t", "-w", "0.5")).isEqualTo(1);

        assertThat(command.printed()).startsWith("2026-11-23 22:37:36\n+ Cluster: orders ");
        assertThat(command.printed().split("2026-11-23 22:37:36\n", -1)).hasSize(3);
        assertThat(command.run("", "list", "-w", "0")).isEqualTo(1);
        assertThat(command.errors()).contains("expected more than 0 seconds between two looks (--watch), found 0.0");
    }

    @Test
    void theDsnOfAMemberIsShown() {
        assertThat(command.run("", "dsn")).isZero();
        assertThat(command.printed()).isEqualTo("host=10.20.0.11 port=5432\n");
        assertThat(command.run("", "dsn", "-r", "replica")).isZero();
        assertThat(command.printed()).isEqualTo("host=10.20.0.12 port=5432\n");
        assertThat(command.run("", "dsn", "-m", "pg-c")).isZero();
        assertThat(command.printed()).isEqualTo("host=10.20.0.13 port=5432\n");
        assertFails("Can not find a suitable member", "", "dsn", "-m", "pg-x");
        assertFails("Can not find a suitable member", "", "dsn", "-r", "standby-leader");
        assertFails("--role and --member are mutually exclusive options", "", "dsn", "-m", "pg-c", "-r", "any");
    }

    @Test
    void aQueryIsRefusedThatMakesNoSense() {
        assertFails("You need to specify either --command or --file", "", "query");
        assertFails("--file and --command are mutually exclusive options", "", "query", "-c", "x", "-f", "y");
        assertThat(command.run("", "query", "-c", "SELECT 1", "-m", "pg-x")).isEqualTo(1);
        assertThat(command.printed()).isEqualTo("2026-11-23 22:37:36\tNo connection to member pg-x is available\n");
        assertThat(command.run("", "query", "-c", "SELECT 1", "-r", "standby-leader"))
                .isEqualTo(1);
        assertThat(command.printed())
                .isEqualTo("2026-11-23 22:37:36\tNo connection to role 'standby-leader' is available\n");
    }

    @Test
    void theConfigurationIsChangedAsByTheReference() throws IOException {
        command.entries().with("config", CONFIG);
        Transcript expected = Transcript.read("edit-config.txt");

        assertThat(command.run("", "edit-config", "-s", "loop_wait=5", "-p", "max_connections=300", "--force"))
                .isZero();
        assertThat(command.printed())
                .isEqualTo(expected.output("edit-config -s loop_wait=5 -p max_connections=300 --force"));

        command.entries().with("config", CONFIG);
        assertThat(command.run("", "show-config")).isZero();
        assertThat(command.printed()).isEqualTo(expected.output("show-config"));
    }

    @Test
    void settingsMayGoAndParametersMayHaveDots() {
        command.entries().with("config", CONFIG);

        assertThat(command.run(
                        "",
                        "edit-config",
                        "--force",
                        "-q",
                        "-s",
                        "postgresql.parameters.max_connections=null",
                        "-s",
                        "postgresql.parameters.auto_explain.log=on",
                        "-s",
                        "maximum_lag_on_failover=",
                        "-s",
                        "slots.one.type=physical",
                        "-s",
                        "ttl=30"))
                .isZero();

        assertThat(command.printed()).isEqualTo("Configuration changed\n");
        assertThat(command.entries().value("config"))
                .isEqualTo("{\"ttl\":30,\"loop_wait\":10,\"retry_timeout\":10,\"postgresql\":{\"use_pg_rewind\":true,"
                        + "\"parameters\":{\"auto_explain.log\":true}},\"slots\":{\"one\":{\"type\":\"physical\"}}}");
    }

    @Test
    void filesAreLaidOverTheConfigurationOrReplaceIt() throws IOException {
        command.entries().with("config", CONFIG);
        Path patch = Files.writeString(folder.resolve("patch.yml"), "ttl: 40\nmaximum_lag_on_failover: null\n");

        assertThat(command.run("y\n", "edit-config", "--apply", patch.toString()))
                .isZero();
        assertThat(command.printed()).endsWith("Apply these changes? [y/N]: y\nConfiguration changed\n");
        assertThat(command.entries().value("config")).contains("\"ttl\":40").doesNotContain("maximum_lag");

        assertThat(command.run("", "edit-config", "--force", "-q", "--replace", patch.toString()))
                .isZero();
        assertThat(command.entries().value("config")).isEqualTo("{\"ttl\":40}");

        assertThat(command.run("ttl: 50\n", "edit-config", "--apply", "-")).isZero();
        assertThat(command.printed())
                .endsWith("--- \n+++ \n@@ -1 +1 @@\n-ttl: 40\n+ttl: 50\nUse --force option to apply changes\n");
        assertThat(command.entries().value("config")).isEqualTo("{\"ttl\":40}");
    }

    @Test
    void aConfigurationThatStaysAsItIsIsNotWritten() {
        assertThat(command.run("", "edit-config", "-s", "ttl=30")).isZero();
        assertThat(command.printed()).isEqualTo("Not changed\n");
        assertThat(command.run("n\n", "edit-config", "-s", "ttl=31")).isZero();
        assertThat(command.entries().value("config")).contains("\"ttl\":30");
        assertFails("Invalid parameter setting ttl", "", "edit-config", "-s", "ttl");
        assertFails("The config key does not exist in the cluster nowhere", "", "edit-config", "nowhere", "-s", "a=1");
        assertThat(command.run("", "edit-config")).isEqualTo(1);
        assertThat(command.errors()).startsWith("Error: expected a terminal to edit on, found none");
    }

    @Test
    void aPauseIsWaitedForAsByTheReference() throws IOException {
        Transcript expected = Transcript.read("pause-resume.txt");
        String paused = ",\"pause\":true";
        command.answering("PATCH /config", 200, "{}", () -> command.entries().with("config", "{\"pause\":true}"))
                .during(() -> command.reachable("pg-a", TestCluster.primary("10.20.0.11", paused))
                        .reachable("pg-b", TestCluster.replica("10.20.0.12", 83886400, paused)))
                .during(() -> command.reachable("pg-c", TestCluster.replica("10.20.0.13", 81788928, paused)));

        assertThat(command.run("", "pause", "--wait")).isZero();
        assertThat(command.printed()).isEqualTo(expected.output("pause --wait"));
        assertThat(command.requests()).containsExactly("PATCH /config {\"pause\":true}");

        assertThat(command.run("", "pause")).isEqualTo(1);
        assertThat(command.errors()).isEqualTo(expected.output("pause"));

        command.answering("PATCH /config", 200, "{}", () -> command.entries().with("config", "{\"ttl\":30}"));
        assertThat(command.run("", "resume")).isZero();
        assertThat(command.printed()).isEqualTo(expected.output(2));
        assertThat(command.run("", "resume")).isEqualTo(1);
        assertThat(command.errors()).isEqualTo(expected.output(3));
    }

    @Test
    void whoDoesNotPauseInTimeIsNamed() {
        command.entries().with("config", "{\"loop_wait\":1}");
        command.answering("PATCH /config", 200, "{}")
                .during(() -> command.reachable("pg-b", TestCluster.replica("10.20.0.12", 83886401, "")))
                .during(() -> {});

        assertThat(command.run("", "pause", "--wait")).isEqualTo(1);

        assertThat(command.printed()).endsWith("pg-b members didn't recognized pause state after 1 seconds\n");
    }

    @Test
    void aPauseThatNobodyTakesIsAFailure() {
        command.answering("PATCH /config", 503, "no store");
        assertThat(command.run("", "pause")).isEqualTo(1);
        assertThat(command.printed()).isEqualTo("Failed: pause cluster management status code=503, (no store)\n");

        command.stopApi();
        assertFails("Can not find accessible cluster member", """
                        Member pg-a is not accessible: connection refused
                        Member pg-b is not accessible: connection refused
                        Member pg-c is not accessible: connection refused
                        """, "pause");
    }

    @Test
    void versionsOfAllMembersAreShown() {
        assertThat(command.run("", "version")).isZero();
        assertThat(command.printed()).startsWith("regentctl version ").hasLineCount(1);

        command.answering("GET /patroni", 200, "{\"server_version\": 170005, \"patroni\": {\"version\": \"4.1.4\"}}");
        assertThat(command.run("", "version", "orders", "pg-b")).isZero();
        assertThat(command.printed()).endsWith("\n\npg-b: Patroni 4.1.4 PostgreSQL 17.5\n");
        assertThat(PostgresVersion.text(90624)).isEqualTo("9.6.24");

        command.stopApi();
        assertThat(command.run("", "version", "orders", "pg-b")).isEqualTo(1);
        assertThat(command.printed()).endsWith("pg-b: failed to get version: connection refused\n");
    }

    @Test
    void aClusterIsRemovedByWhoeverKnowsWhatItIs() {
        assertFails("Cluster names specified do not match", "", "remove", "orders", "<", "order\n");
        assertFails("You did not exactly type \"Yes I am aware\"", "", "remove", "orders", "<", "orders\nyes\n");
        assertFails(
                "You did not specify the current leader of the cluster",
                "",
                "remove",
                "orders",
                "<",
                "orders\nYes I am aware\npg-b\n");
        assertThat(command.entries().isEmpty()).isFalse();

        assertThat(command.run("orders\nYes I am aware\npg-a\n", "remove", "orders"))
                .isZero();
        assertThat(command.printed())
                .endsWith("Please confirm the cluster name to remove: orders\n"
                        + "You are about to remove all information in DCS for orders, please type: \"Yes I am aware\":"
                        + " Yes I am aware\n"
                        + "This cluster currently is healthy. Please specify the leader name to continue: pg-a\n");
        assertThat(command.entries().isEmpty()).isTrue();
    }

    @Test
    void aClusterIsDemotedAndPromoted() {
        command.answering("PATCH /config", 200, "{}")
                .during(() -> command.reachable(
                        "pg-a", TestCluster.primary("10.20.0.11", "").replace("\"primary\"", "\"standby_leader\"")));

        assertThat(command.run("y\n", "demote-cluster", "--host", "10.30.0.1", "--port", "5433"))
                .isZero();

        assertThat(command.requests())
                .containsExactly("PATCH /config {\"standby_cluster\":{\"host\":\"10.30.0.1\",\"port\":5433}}");
        assertThat(command.printed())
                .startsWith("Current cluster topology\n+ Cluster: orders")
                .contains("""
                        Are you sure you want to demote orders cluster? [y/N]: y
                        2026-11-23 22:37:36 cluster is unlocked: False, leader role: primary, leader state: running
                        2026-11-23 22:37:36 cluster is successfully demoted
                        + Cluster: orders""");

        command.during(() -> command.reachable("pg-a", TestCluster.primary("10.20.0.11", "")));
        assertThat(command.run("", "promote-cluster", "--force")).isZero();
        assertThat(command.printed()).contains("2026-11-23 22:37:36 cluster is successfully promoted\n");
        assertThat(command.requests()).last().isEqualTo("PATCH /config {\"standby_cluster\":null}");
    }

    @Test
    void aClusterIsNotDemotedForNothing() {
        command.answering("PATCH /config", 409, "no");
        assertFails("At least --host, --port or --restore-command should be specified", "", "demote-cluster");
        assertFails("Cluster is already in the required state", "", "promote-cluster");
        assertFails("Aborted cluster demotion", "", "demote-cluster", "--host", "x", "<", "n\n");
        assertFails(
                "Failed to demote orders cluster: /config PATCH status code=409, (no)",
                "",
                "demote-cluster",
                "--host",
                "x",
                "--force");
        command.entries().without("leader");
        assertFails("Cluster has no leader, demotion is not possible", "", "demote-cluster", "--host", "x");
    }

    @Test
    void aClusterThatNobodyKnowsIsSaidToBeUnknown() {
        for (String name : new String[] {"history", "show-config", "pause", "resume", "remove", "version"}) {
            assertThat(command.run("", name, "nowhere")).as(name).isEqualTo(1);
            assertThat(command.errors())
                    .as(name)
                    .startsWith("Error: expected the cluster nowhere in the store, found nothing of it")
                    .hasLineCount(1);
        }
        assertThat(command.run("", "list", "nowhere")).isZero();
        assertThat(command.printed()).startsWith("+ Cluster: nowhere (uninitialized) ");
        assertFails("This cluster has no leader", "", "switchover", "nowhere", "--force");
        assertFails("No candidates found to failover to", "", "failover", "nowhere", "--force");
    }

    /** What is typed stands behind a {@code <}; warnings before the error. */
    private void assertFails(String message, String warnings, String... line) {
        int split = Arrays.asList(line).indexOf("<");
        String[] arguments = split < 0 ? line : Arrays.copyOf(line, split);
        assertThat(command.run(split < 0 ? "" : line[split + 1], arguments)).isEqualTo(1);
        assertThat(command.errors()).isEqualTo(warnings + "Error: " + message + "\n");
    }
}
