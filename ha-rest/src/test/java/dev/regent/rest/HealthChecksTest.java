package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthChecksTest {
    private static final String SYNCHRONOUS = "\"synchronous_mode\":true";
    private static final String QUORUM = "\"synchronous_mode\":\"quorum\"";
    private static final String STANDBY_CLUSTER = "\"standby_cluster\":{\"host\":\"10.30.0.1\"}";
    private static final String PAUSED = "\"pause\":true";

    /** The situations of a node, in the order of the columns below. */
    private static Map<String, FakeNode> situations() {
        Map<String, FakeNode> nodes = new LinkedHashMap<>();
        nodes.put("primary with lease", new FakeNode("pg-a").leads());
        nodes.put("async replica", new FakeNode("pg-c"));
        nodes.put("replica noloadbalance", new FakeNode("pg-c").tags("noloadbalance", true));
        nodes.put("sync standby", new FakeNode("pg-b").config(SYNCHRONOUS));
        nodes.put("quorum standby", new FakeNode("pg-b").config(QUORUM));
        nodes.put(
                "standby leader",
                new FakeNode("pg-a").config(STANDBY_CLUSTER).leads().server(Orders.standby()));
        nodes.put("replica in standby cluster", new FakeNode("pg-b").config(STANDBY_CLUSTER));
        nodes.put(
                "replica, store gone", new FakeNode("pg-b").config(SYNCHRONOUS).blind());
        nodes.put(
                "primary, store gone, lease valid", new FakeNode("pg-a").leads().blind());
        nodes.put(
                "primary, store gone, lease expired",
                new FakeNode("pg-a").server(Orders.primary()).blind());
        nodes.put(
                "primary, store gone, pause",
                new FakeNode("pg-a").config(PAUSED).server(Orders.primary()).blind());
        nodes.put("stopped", new FakeNode("pg-c").server(Orders.silent(ServerState.STOPPED, true)));
        return nodes;
    }

    @ParameterizedTest
    @CsvSource({
        "/,                Y--- ---- Y-Y-",
        "/primary,         Y--- ---- Y-Y-",
        "/master,          Y--- ---- Y-Y-",
        "/read-write,      Y--- ---- Y-Y-",
        "/leader,          Y--- -Y-- Y-Y-",
        "/standby-leader,  ---- -Y-- ----",
        "/standby_leader,  ---- -Y-- ----",
        "/replica,         -Y-Y Y-YY ----",
        "/read-only,       YY-Y YYYY Y-Y-",
        "/sync,            ---Y ---- ----",
        "/synchronous,     ---Y ---- ----",
        "/read-only-sync,  Y--Y -Y-- ----",
        "/quorum,          ---- Y--- ----",
        "/read-only-quorum,Y--- YY-- ----",
        "/async,           -Y-- --Y- ----",
        "/asynchronous,    -Y-- --Y- ----",
        "/health,          YYYY YYYY YYY-",
        "/nothing,         ---- ---- ----",
    })
    void everySituationHasItsAnswer(String path, String expected) {
        String found = situations().values().stream()
                .map(node -> isGood(path, node) ? "Y" : "-")
                .collect(Collectors.joining());

        assertThat(found).as("%s for %s", path, situations().keySet()).isEqualTo(expected.replace(" ", ""));
    }

    @Test
    void aPrimaryThatKeepsClientsOutAttractsNone() {
        FakeNode closed = new FakeNode("pg-a").leads().server(Orders.closedPrimary());

        assertThat(List.of("/", "/primary", "/leader", "/read-write", "/read-only", "/replica", "/read-only-sync"))
                .noneMatch(path -> isGood(path, closed));
        assertThat(isGood("/health", closed)).isTrue();
    }

    @Test
    void aLeaderIsGoodWhateverItsServerDoes() {
        FakeNode node = new FakeNode("pg-a").leads().server(Orders.silent(ServerState.STARTING, false));

        assertThat(isGood("/primary", node)).isTrue();
    }

    @Test
    void aLeaderWhoseLeadershipHasRunOutIsNoPrimary() {
        FakeNode node = new FakeNode("pg-a").leads().leadershipLeft(Duration.ZERO);

        assertThat(isGood("/primary", node)).isFalse();
    }

    @Test
    void aViewThatIsOlderThanSessionsLiveIsNotBelieved() {
        FakeNode node = new FakeNode("pg-b").config(SYNCHRONOUS).looked(Orders.standby(), Duration.ofSeconds(30));

        assertThat(isGood("/sync", node)).isFalse();
        assertThat(isGood("/replica", node)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/replica/", "/xreplicax", "//replica", "/foo/replica"})
    void pathsAreMatchedLoosely(String path) {
        assertThat(isGood(path, new FakeNode("pg-b"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sync/", "/xsync", "/read-only-sync/"})
    void pathsOfSynchronousModeAreMatchedExactly(String path) {
        assertThat(isGood(path, new FakeNode("pg-b").config(SYNCHRONOUS))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "lag=99,            false",
        "lag=100,           true",
        "lag=1kB,           true",
        "lag=1kb,           true",
        "lag=abc,           true",
        "lag=,              true",
        "lag=-1,            false",
        "lag=99&lag=1000,   false",
    })
    void aReplicaMayLagAsFarAsTheLimitAllows(String query, boolean good) {
        Lsn behind = new Lsn(Orders.POSITION.value() - 100);
        FakeNode node = new FakeNode("pg-b").server(Orders.pausedStandby(behind));

        assertThat(isGood("/replica?" + query, node)).isEqualTo(good);
        assertThat(isGood("/read-only?" + query, node)).isEqualTo(good);
        assertThat(isGood("/async?" + query, node)).isEqualTo(good);
    }

    @Test
    void theLagDoesNotMatterForAPrimaryOrWhenTheLeadersPositionIsNotKnown() {
        Map<String, String> entries = Orders.entries();
        entries.remove("status");
        DatabaseStatus atZero = DatabaseStatus.of(ServerState.STANDBY);

        assertThat(isGood("/primary?lag=1", new FakeNode("pg-a").leads())).isTrue();
        assertThat(isGood(
                        "/replica?lag=1", new FakeNode("pg-b").entries(entries).server(atZero)))
                .isTrue();
    }

    @Test
    void aReplicaCanBeAskedForItsWayOfReplication() {
        FakeNode streaming = new FakeNode("pg-b");
        FakeNode other = new FakeNode("pg-b").server(Orders.pausedStandby(Orders.POSITION));

        assertThat(isGood("/replica?replication_state=streaming", streaming)).isTrue();
        assertThat(isGood("/replica?replication_state=streaming", other)).isFalse();
        assertThat(isGood("/replica?replication_state=", other)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "tag_dc=eu1,               true",
        "tag_dc=eu2,               false",
        "tag_rack=1,               false",
        "tag_weight=1.5,           true",
        "tag_level=10,             true",
        "tag_backup=true,          true",
        "tag_backup=True,          false",
        "tag_dc=eu1&tag_level=10,  true",
        "tag_dc=eu1&tag_level=11,  false",
        "tag_nofailover=false,     false",
        "tag_dc=,                  true",
    })
    void tagsNarrowTheChoice(String query, boolean good) {
        FakeNode node =
                new FakeNode("pg-b").tags("dc", "eu1", "weight", 1.5, "level", 10, "backup", true, "nofailover", false);

        assertThat(isGood("/replica?" + query, node)).isEqualTo(good);
        assertThat(isGood("/health?" + query, node)).isEqualTo(good);
    }

    @Test
    void tagsDoNotMatterForALeader() {
        FakeNode node = new FakeNode("pg-a").leads();

        for (String path : List.of("/", "/primary", "/leader")) {
            assertThat(isGood(path + "?tag_dc=eu1", node)).as(path).isTrue();
        }
    }

    private static boolean isGood(String pathAndQuery, FakeNode node) {
        String[] parts = pathAndQuery.split("\\?", 2);
        Map<String, String> query = Request.parseQuery(parts.length > 1 ? parts[1] : null);
        return HealthChecks.isGood(parts[0], query, NodeFacts.of(node, node.databaseNow()));
    }
}
