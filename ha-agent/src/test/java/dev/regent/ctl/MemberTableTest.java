package dev.regent.ctl;

import static dev.regent.ctl.TestCluster.primary;
import static dev.regent.ctl.TestCluster.replica;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables are compared with the transcripts of the reference, byte for byte. */
class MemberTableTest {
    @Test
    void aHealthyClusterLooksLikeTheReference() throws IOException {
        Transcript expected = Transcript.read("list-pretty.txt");

        assertThat(list(TestCluster.healthy(), TableFormat.pretty)).isEqualTo(expected.output("list"));
        assertThat(MemberTable.print(Looks.of(TestCluster.healthy().look()), TableFormat.pretty, true))
                .isEqualTo(expected.output("list -e"));
    }

    @ParameterizedTest
    @CsvSource({"pretty,list", "tsv,list -f tsv", "json,list -f json", "yaml,list -f yaml", "yml,list -f yaml"})
    void tagsAreShownInEveryFormatAsByTheReference(TableFormat format, String command) throws IOException {
        TestCluster cluster = TestCluster.healthy()
                .with("members/pg-b", replica("10.20.0.12", 83886400, ",\"tags\":{\"clonefrom\":true}"))
                .with(
                        "members/pg-c",
                        replica("10.20.0.13", 81788928, ",\"tags\":{\"nofailover\":true,\"replicatefrom\":\"pg-b\"}"));

        assertThat(list(cluster, format))
                .isEqualTo(Transcript.read("list-with-tags.txt").output(command));
    }

    @Test
    void aPauseAndAScheduledSwitchoverStandBelowTheTable() throws IOException {
        TestCluster cluster = TestCluster.healthy()
                .with("config", "{\"pause\":true}")
                .with(
                        "failover",
                        "{\"leader\":\"pg-a\",\"member\":\"pg-b\",\"scheduled_at\":\"2031-03-04T02:00:00+00:00\"}");

        assertThat(list(cluster, TableFormat.pretty))
                .isEqualTo(Transcript.read("list-maintenance-and-scheduled-switchover.txt")
                        .output("list"));
    }

    @Test
    void rolesAndStatesAreNamedAsByTheReference() throws IOException {
        Transcript expected = Transcript.read("list-roles-and-states.txt");

        assertThat(list(
                        TestCluster.healthy()
                                .with("config", "{\"synchronous_mode\":true}")
                                .with("sync", "{\"leader\":\"pg-a\",\"quorum\":0,\"sync_standby\":\"pg-b\"}"),
                        TableFormat.pretty))
                .isEqualTo(expected.output(0));
        assertThat(list(
                        TestCluster.healthy()
                                .with("config", "{\"synchronous_mode\":\"quorum\"}")
                                .with("sync", "{\"leader\":\"pg-a\",\"quorum\":1,\"sync_standby\":\"pg-b,pg-c\"}"),
                        TableFormat.pretty))
                .isEqualTo(expected.output(1));
        assertThat(list(
                        TestCluster.healthy()
                                .with("config", "{\"standby_cluster\":{\"host\":\"10.30.0.1\"}}")
                                .with("members/pg-a", primary("10.20.0.11", ",\"replication_state\":\"streaming\"")),
                        TableFormat.pretty))
                .isEqualTo(expected.output(2));
        assertThat(list(
                        TestCluster.healthy()
                                .with("members/pg-b", notRunning("10.20.0.12:5433", "stopped"))
                                .with("members/pg-c", notRunning("10.20.0.13:5432", "creating replica")),
                        TableFormat.pretty))
                .isEqualTo(expected.output(3));
        assertThat(list(new TestCluster(), TableFormat.pretty)).isEqualTo(expected.output(4));
    }

    @Test
    void whyARestartIsPendingIsShown() {
        String pending =
                ",\"pending_restart\":true,\"pending_restart_reason\":{\"max_connections\":{\"old_value\":\"100\","
                        + "\"new_value\":\"200\"},\"shared_preload_libraries\":{\"old_value\":\"pg_stat_statements\","
                        + "\"new_value\":\"pg_stat_statements,auto_explain\"}}";
        TestCluster cluster = TestCluster.healthy().with("members/pg-a", primary("10.20.0.11", pending));

        assertThat(list(cluster, TableFormat.pretty))
                .contains("| *               | max_connections: 100->200                     |")
                .contains("|                 | shared_preload_libraries: [hidden - too long] |");
        assertThat(list(cluster, TableFormat.json))
                .contains(
                        "max_connections: 100->200\\nshared_preload_libraries: pg_stat_statements->pg_stat_statements,"
                                + "auto_explain");
    }

    @Test
    void howFarACopyHasComeIsShownWhileThereIsOne() {
        TestCluster cluster = TestCluster.healthy()
                .with(
                        "members/pg-b",
                        "{\"conn_url\":\"postgres://10.20.0.12:5432/postgres\",\"state\":\"creating replica\","
                                + "\"role\":\"uninitialized\",\"progress\":{\"what\":\"basebackup\",\"bytes\":536870912,"
                                + "\"total_bytes\":2147483648,\"percent\":25,\"bytes_per_second\":52428800}}");

        assertThat(list(cluster, TableFormat.pretty)).contains("| 25% of 2 GB, 50 MB/s |");
        assertThat(list(TestCluster.healthy(), TableFormat.pretty)).doesNotContain("Progress");
    }

    @Test
    void whatIsWrongWithAMembersStorageIsShownWhileItIs() {
        TestCluster cluster = TestCluster.healthy()
                .with(
                        "members/pg-b",
                        "{\"conn_url\":\"postgres://10.20.0.12:5432/postgres\",\"state\":\"running\",\"role\":\"replica\","
                                + "\"health\":{\"finding\":\"disk full\",\"reason\":\"expected 32 MB\"}}");

        assertThat(list(cluster, TableFormat.pretty)).contains("| Health    |").contains("| disk full |");
        assertThat(list(TestCluster.healthy(), TableFormat.pretty)).doesNotContain("Health");
    }

    @Test
    void aMemberThatPublishesOnlyOnePositionIsShownWithIt() {
        TestCluster cluster = TestCluster.healthy()
                .with(
                        "members/pg-b",
                        "{\"conn_url\":\"postgres://10.20.0.12:5432/postgres\",\"state\":\"running\",\"role\":\"replica\","
                                + "\"xlog_location\":83886400}");

        assertThat(list(cluster, TableFormat.tsv))
                .contains("pg-b\t10.20.0.12\tReplica\trunning\t\tunknown\t\t0/5000140\t0");
    }

    @Test
    void whyAndWhenAMemberIsToBeRestartedIsShown() throws IOException {
        String pending = ",\"pending_restart\":true,\"pending_restart_reason\":{\"max_connections\":"
                + "{\"old_value\":\"100\",\"new_value\":\"200\"},\"shared_preload_libraries\":{\"old_value\":\"\","
                + "\"new_value\":\"pg_stat_statements,auto_explain,pg_cron,citus\"}}";
        TestCluster cluster = TestCluster.healthy()
                .with("members/pg-a", primary("10.20.0.11", pending))
                .with("members/pg-b", replica("10.20.0.12", 83886400, pending))
                .with(
                        "members/pg-c",
                        replica(
                                "10.20.0.13",
                                81788928,
                                ",\"scheduled_restart\":{\"schedule\":\"2031-03-05T02:00:00+00:00\","
                                        + "\"postgres_version\":\"17.6\"}"));

        assertThat(list(cluster, TableFormat.pretty))
                .isEqualTo(Transcript.read("list-pending-restart.txt").output("list"));
        assertThat(list(cluster, TableFormat.tsv)).contains("->pg_stat_statements,auto_explain,pg_cron,citus");
    }

    @Test
    void theTreeShowsWhoReplicatesFromWhom() throws IOException {
        TestCluster cluster = TestCluster.healthy()
                .with("members/pg-b", replica("10.20.0.12", 83886400, ",\"tags\":{\"clonefrom\":true}"))
                .with(
                        "members/pg-c",
                        replica("10.20.0.13", 81788928, ",\"tags\":{\"nofailover\":true,\"replicatefrom\":\"pg-b\"}"));

        assertThat(MemberTable.tree(Looks.of(cluster.look())))
                .isEqualTo(Transcript.read("topology.txt").output("topology"));

        cluster.without("leader")
                .with("members/pg-b", replica("10.20.0.12", 0, ",\"tags\":{\"replicatefrom\":\"pg-c\"}"));
        assertThat(MemberTable.tree(Looks.of(cluster.look())))
                .contains("| + pg-a ")
                .doesNotContain("pg-b ")
                .doesNotContain("pg-c ");
    }

    private static String notRunning(String address, String state) {
        return "{\"conn_url\":\"postgres://" + address + "/postgres\",\"state\":\"" + state
                + "\",\"role\":\"replica\"}";
    }

    private static String list(TestCluster cluster, TableFormat format) {
        return MemberTable.print(Looks.of(cluster.look()), format, false);
    }
}
