package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterDocumentTest {
    @Test
    void aHealthyClusterOfWhichOneReplicaLags() {
        assertThat(document(Orders.entries())).isEqualTo(Golden.text("GET-cluster.json"));
    }

    @Test
    void aPausedSynchronousClusterWithASwitchoverToCome() {
        Map<String, String> entries = Orders.entries();
        entries.put("config", "{\"pause\":true,\"synchronous_mode\":true}");
        entries.put("sync", "{\"leader\":\"pg-a\",\"quorum\":0,\"sync_standby\":\"PG-B\"}");
        entries.put(
                "failover", "{\"leader\":\"pg-a\",\"member\":\"pg-b\",\"scheduled_at\":\"2031-03-04T02:00:00+00:00\"}");
        entries.put(
                "members/pg-a",
                Orders.member("10.20.0.11", 5432, "primary", "running")
                        + ",\"tags\":{\"clonefrom\":true,\"dc\":\"eu1\"},\"pending_restart\":true,\"pending_restart_reason\":{\"max_connections\":{\"old_value\":\"100\",\"new_value\":\"200\"}},\"timeline\":7}");
        entries.put(
                "members/pg-b",
                Orders.replica("10.20.0.12", 83_886_400)
                        .replaceFirst(
                                "}$",
                                ",\"scheduled_restart\":{\"schedule\":\"2031-03-05T02:00:00+00:00\",\"postgres_version\":\"17.6\","
                                        + "\"postmaster_start_time\":\"2031-03-01 08:15:30.123456+00:00\"}}"));
        entries.put("members/pg-c", Orders.member("10.20.0.13", 5433, "uninitialized", "creating replica") + "}");

        assertThat(document(entries)).isEqualTo(Golden.text("GET-cluster-extras.json"));
    }

    @Test
    void aStandbyCluster() {
        Map<String, String> entries = Orders.entries();
        entries.put("config", "{\"synchronous_mode\":true,\"standby_cluster\":{\"port\":5432}}");
        entries.put("sync", "{\"leader\":\"pg-a\",\"quorum\":0,\"sync_standby\":\"pg-b\"}");
        entries.put("members/pg-a", Orders.replica("10.20.0.11", 83_886_400));
        entries.remove("members/pg-c");

        assertThat(document(entries)).isEqualTo(Golden.text("GET-cluster-standby-cluster.json"));
    }

    @Test
    void theHistoryAsItIsStored() {
        Map<String, String> entries = Orders.entries();
        entries.put("history", Golden.text("GET-history.json"));

        assertThat(history(entries)).isEqualTo(Golden.text("GET-history.json"));
    }

    @Test
    void aHistoryOfOldSoftwareHasNoTimesAndAWholeSecondNoFraction() {
        Map<String, String> entries = Orders.entries();
        entries.put(
                "history",
                "[[1,100,\"old\"],[2,200,\"newer\",\"2031-02-11T06:30:12.5+01:00\"],"
                        + "[3,300,\"newest\",\"2031-02-11T06:30:12+00:00\",\"pg-a\"]]");

        assertThat(history(entries))
                .isEqualTo("[[1, 100, \"old\"], [2, 200, \"newer\", \"2031-02-11T06:30:12.500000+01:00\"], "
                        + "[3, 300, \"newest\", \"2031-02-11T06:30:12+00:00\", \"pg-a\"]]");
    }

    @Test
    void aMemberThatPublishesNonsenseIsShownWithWhatIsKnown() {
        Map<String, String> entries = Orders.entries();
        entries.put("members/pg-b", "{\"conn_url\":\"nonsense\"}");

        assertThat(document(entries))
                .contains("{\"name\": \"pg-b\", \"role\": \"replica\", \"state\": \"unknown\", \"api_url\": null, "
                        + "\"receive_lsn\": \"unknown\"");
    }

    private static String document(Map<String, String> entries) {
        return JsonText.write(ClusterDocument.of(Orders.view(entries), "orders"));
    }

    private static String history(Map<String, String> entries) {
        return JsonText.write(ClusterDocument.history(Orders.view(entries).history()));
    }
}
