package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus.ServerState;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeMetricsTest {
    @Test
    void aPrimary() {
        FakeNode node =
                new FakeNode("pg-a").tags("clonefrom", true, "dc", "eu1").leads();

        assertThat(metrics(node)).isEqualTo(Golden.text("GET-metrics-primary.txt"));
    }

    @Test
    void aReplica() {
        assertThat(metrics(new FakeNode("pg-b"))).isEqualTo(Golden.text("GET-metrics-replica.txt"));
    }

    @Test
    void theLeaderOfAStandbyCluster() {
        FakeNode node = new FakeNode("pg-a")
                .config("\"standby_cluster\":{\"host\":\"10.30.0.1\"}")
                .leads()
                .server(Orders.standby());

        assertThat(metrics(node)).isEqualTo(Golden.text("GET-metrics-standby-leader.txt"));
    }

    @Test
    void aStoppedReplica() {
        FakeNode node = new FakeNode("pg-c").server(Orders.silent(ServerState.STOPPED, true));

        assertThat(metrics(node)).isEqualTo(Golden.text("GET-metrics-stopped.txt"));
    }

    @Test
    void aServerThatDoesNotAnswerHasNoNumber() {
        FakeNode node = new FakeNode("pg-a").leads().server(Orders.silent(ServerState.UNRESPONSIVE, false));

        assertThat(metrics(node))
                .contains("patroni_postgres_state{scope=\"orders\",name=\"pg-a\"} -1\n")
                .doesNotContain("patroni_postgres_streaming");
    }

    @ParameterizedTest
    @CsvSource({
        "2031-03-01 08:15:30.123456+00:00, 1930119330.123456",
        "2031-03-01 08:15:30+00:00,        1930119330.0",
        "2031-03-01 10:15:30.500000+02:00, 1930119330.5",
        "yesterday,                        0",
    })
    void aTimeIsInSecondsSinceTheEpoch(String time, String seconds) {
        assertThat(NodeMetrics.epoch(Optional.of(time))).isEqualTo(seconds);
    }

    private static String metrics(FakeNode node) {
        NodeFacts facts = NodeFacts.of(node, node.databaseNow());
        MetricsText out = new MetricsText("orders", facts.node().name().value());
        NodeMetrics.write(out, facts);
        return out.toString();
    }
}
