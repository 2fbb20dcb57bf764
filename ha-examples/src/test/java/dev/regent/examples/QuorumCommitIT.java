package dev.regent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.regent.dcs.etcd.EtcdDcs;
import dev.regent.dcs.etcd.EtcdOptions;
import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.model.SyncState;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.testkit.cluster.Agent;
import dev.regent.testkit.cluster.AgentCluster;
import dev.regent.testkit.ledger.LedgerClient;
import dev.regent.testkit.process.EtcdServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Three agent processes over real etcd and PostgreSQL, whose commits any of the standbys acknowledges. */
class QuorumCommitIT {
    private static final String SCOPE = "quorum";
    private static final int SIZE = 3;
    private static final Duration UNTIL_HEALTHY = Duration.ofMinutes(2);
    private static final Duration UNTIL_WRITING = Duration.ofMinutes(1);
    private static final Map<String, Object> CONFIG = Map.of(
            "ttl", 20,
            "loop_wait", 5,
            "retry_timeout", 5,
            "primary_start_timeout", 0,
            "synchronous_mode", "quorum",
            "synchronous_mode_strict", true,
            "postgresql", Map.of("use_pg_rewind", true));

    @Test
    void nothingAcknowledgedIsLostWhenTheNumberChangesAndThePrimaryIsKilled() throws Exception {
        try (EtcdServer etcd = EtcdServer.start();
                AgentCluster cluster =
                        AgentCluster.prepare(SCOPE, ThisBuild.regent(), List.of(etcd.endpoint()), SIZE, CONFIG);
                Dcs store = EtcdDcs.open(EtcdOptions.of("/service/" + SCOPE + "/", etcd.endpoint()))) {
            ClusterAdmin admin = ClusterAdmin.of(store);
            cluster.startAll();
            awaitQuorum(cluster, admin, 1);
            LedgerClient ledger = new LedgerClient(cluster.jdbcUrls(), cluster.user(), cluster.password()).start();
            try (ledger) {
                assertThat(ledger.awaitWrite(UNTIL_WRITING, url -> true)).isTrue();
                waitForStandbys(admin, 2);
                awaitQuorum(cluster, admin, 0);
                waitForStandbys(admin, 1);
                awaitQuorum(cluster, admin, 1);

                Agent first = cluster.leader();
                first.killHost();
                assertThat(ledger.awaitWrite(UNTIL_WRITING, url -> !url.equals(first.jdbcUrl())))
                        .as("the two that are left elect a leader, and one acknowledges what the other writes")
                        .isTrue();

                ledger.stop();
                assertThat(ledger.missingOn(cluster.leader().jdbcUrl())).isEmpty();
                assertThat(ledger.size()).isPositive();
            }
        }
    }

    /** How many of the voters may lack a commit follows from how many acknowledge it. */
    private static void awaitQuorum(AgentCluster cluster, ClusterAdmin admin, int quorum) throws InterruptedException {
        cluster.await(UNTIL_HEALTHY, "two voters with a quorum of " + quorum, seen -> {
            SyncState sync = entry(admin);
            return seen.isHealthy(SIZE)
                    && sync.quorum() == quorum
                    && sync.standbys().size() == SIZE - 1;
        });
    }

    private static SyncState entry(ClusterAdmin admin) {
        try {
            return admin.view().sync();
        } catch (DcsException silent) {
            return SyncState.NONE;
        }
    }

    private static void waitForStandbys(ClusterAdmin admin, int number) throws Exception {
        assertThat(admin.changeConfig(JsonNodeFactory.instance.objectNode().put("synchronous_node_count", number)))
                .isPresent();
    }
}
