package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.Operation;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.PendingRestart;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.StopMode;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeDocumentTest {
    private static final String SYNCHRONOUS = "\"synchronous_mode\":true";

    @Test
    void aPrimaryWithTwoReplicas() {
        FakeNode node =
                new FakeNode("pg-a").tags("clonefrom", true, "dc", "eu1").leads();

        assertThat(document(node)).isEqualTo(Golden.text("GET-patroni-primary.json"));
    }

    @Test
    void aPausedPrimaryThatNeedsARestartAndHasNoWatchdog() {
        FakeNode node = new FakeNode("pg-a")
                .tags("clonefrom", true, "dc", "eu1")
                .config("\"pause\":true")
                .leads()
                .server(Orders.primary(PendingRestart.of(Map.of(
                        "max_connections", new PendingRestart.Change("100", "200"),
                        "shared_buffers", new PendingRestart.Change("128MB", "1GB")))))
                .watchdogFailed()
                .failsafeActive();
        node.scheduleRestart(
                OffsetDateTime.parse("2031-03-05T02:00:00Z"),
                new RestartConditions(
                        Optional.empty(), Optional.of("17.6"), true, Optional.of(Duration.ofSeconds(60))));

        assertThat(document(node, new LogBacklog(850, 12)))
                .isEqualTo(Golden.text("GET-patroni-primary-all-optional-fields.json"));
    }

    @Test
    void aReplica() {
        assertThat(document(new FakeNode("pg-b"))).isEqualTo(Golden.text("GET-patroni-replica.json"));
    }

    @Test
    void aSynchronousReplica() {
        FakeNode node = new FakeNode("pg-b").config(SYNCHRONOUS);

        assertThat(document(node)).isEqualTo(Golden.text("GET-patroni-replica-sync.json"));
    }

    @Test
    void aReplicaThatIsNotSynchronousThoughOthersAre() {
        FakeNode node = new FakeNode("pg-c").config(SYNCHRONOUS);

        assertThat(document(node)).doesNotContain("sync_standby");
    }

    @Test
    void aReplicaOfAQuorum() {
        FakeNode node = new FakeNode("pg-b").config("\"synchronous_mode\":\"quorum\"");

        assertThat(document(node)).isEqualTo(Golden.text("GET-patroni-replica-quorum.json"));
    }

    @Test
    void aReplicaThatGetsItsLogFromAnArchiveAndReplaysNothing() {
        FakeNode node = new FakeNode("pg-b").server(Orders.pausedStandby(new Lsn(81_788_928)));

        assertThat(document(node)).isEqualTo(Golden.text("GET-patroni-replica-archive-recovery-paused.json"));
    }

    @Test
    void aReplicaThatCannotReachTheStore() {
        FakeNode node = new FakeNode("pg-b").config(SYNCHRONOUS).blind();

        assertThat(document(node)).isEqualTo(Golden.text("GET-patroni-replica-dcs-unreachable.json"));
    }

    @Test
    void theLeaderOfAStandbyCluster() {
        FakeNode node = new FakeNode("pg-a")
                .config("\"standby_cluster\":{\"host\":\"10.30.0.1\"}")
                .leads()
                .server(Orders.standby());

        assertThat(document(node)).isEqualTo(Golden.text("GET-patroni-standby-leader.json"));
    }

    @Test
    void aStoppedReplica() {
        FakeNode node = new FakeNode("pg-c").server(Orders.silent(ServerState.STOPPED, true));

        assertThat(document(node)).isEqualTo(Golden.text("GET-patroni-stopped.json"));
    }

    @Test
    void aNodeThatIsBeingCloned() {
        Upstream source = new Upstream(NodeName.of("pg-a"), new Address("10.20.0.11", 5432));
        FakeNode node = new FakeNode("pg-c")
                .server(DatabaseStatus.of(ServerState.INCOMPLETE))
                .doing(new Operation.Clone(source));

        assertThat(document(node)).isEqualTo(Golden.text("GET-patroni-creating-replica.json"));
    }

    @Test
    void aPrimaryThatDoesNotAnswer() {
        FakeNode node = new FakeNode("pg-a").leads().server(Orders.silent(ServerState.UNRESPONSIVE, false));

        assertThat(document(node)).isEqualTo(Golden.text("GET-patroni-state-unknown.json"));
    }

    @Test
    void aPrimaryThatIsStoppingButStillAnswersTellsItsPosition() {
        FakeNode node = new FakeNode("pg-a").leads().doing(new Operation.Stop(StopMode.GRACEFUL));

        assertThat(document(node))
                .startsWith("{\"state\": \"stopping\", \"postmaster_start_time\": ")
                .contains("\"role\": \"primary\"", "\"xlog\": {\"location\": 83886400}");
    }

    @Test
    void aTimelineThatIsNotKnownIsNull() {
        FakeNode node = new FakeNode("pg-b").asked(() -> DatabaseStatus.of(ServerState.STANDBY));

        assertThat(document(node)).contains("\"timeline\": null");
    }

    @Test
    void aClusterWithoutLeaderIsUnlocked() {
        Map<String, String> entries = Orders.entries();
        entries.remove("leader");

        assertThat(document(new FakeNode("pg-b").entries(entries))).contains("\"cluster_unlocked\": true");
    }

    @Test
    void aNodeThatHasNotLookedYetHasSeenNoStore() {
        FakeNode node = new FakeNode("pg-b").beforeFirstLook();

        assertThat(document(node)).contains("\"cluster_unlocked\": true, \"dcs_last_seen\": 0");
    }

    @Test
    void namesBeyondAsciiAreEscaped() {
        FakeNode node = new FakeNode("pg-b").tags("ort", "Köln");

        assertThat(document(node)).contains("\"tags\": {\"ort\": \"K\\u00f6ln\"}");
    }

    @Test
    void whoIsToBeLetOffBeforeItStopsSaysSo() {
        FakeNode node = new FakeNode("pg-b").tags("dc", "eu1").config("\"synchronous_mode\":true");

        assertThat(document(node)).contains("\"tags\": {\"dc\": \"eu1\"}");
        assertThat(document(node.leaves())).contains("\"dc\": \"eu1\"", "\"nosync\": true", "\"sync_priority\": 0");
    }

    private static String document(FakeNode node) {
        return document(node, new LogBacklog(2, 7));
    }

    private static String document(FakeNode node, LogBacklog backlog) {
        return JsonText.write(NodeDocument.of(NodeFacts.of(node, node.databaseNow()), backlog));
    }
}
