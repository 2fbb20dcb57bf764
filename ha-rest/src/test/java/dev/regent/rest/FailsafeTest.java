package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.FailsafeAnswer;
import dev.regent.ha.spi.FailsafeAnswer.Ground;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Failsafe mode over HTTP: what a member answers, and what a primary makes of the answers. */
class FailsafeTest {
    private static final String ON = "\"failsafe_mode\":true";
    private static final String BODY = "{\"name\":\"pg-a\",\"conn_url\":\"postgres://10.0.0.1:5432/postgres\","
            + "\"api_url\":\"http://10.0.0.1:8008/patroni\",\"slots\":{\"pg_b\":83886800}}";
    private static final FailsafeAnnouncement ANNOUNCEMENT = new FailsafeAnnouncement(
            NodeName.of("pg-a"),
            "postgres://10.0.0.1:5432/postgres",
            "http://10.0.0.1:8008/patroni",
            Map.of("pg_b", new Lsn(83_886_800)));
    private static final FailsafeAnswer YES =
            new FailsafeAnswer.Accepted(Optional.of(Duration.ofSeconds(30)), Optional.of(new Lsn(83_886_700)));

    private static FakeNode node() {
        return new FakeNode("pg-b").config(ON);
    }

    // The member

    @Test
    void aMemberThatAgreesSaysSoAndHowFarItIs() throws Exception {
        try (Api api = new Api(node().answering(YES))) {
            Reply reply = api.send("POST", "/failsafe", BODY);

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).isEqualTo("Accepted");
            assertThat(reply.header("lsn")).hasValue("83886700");
            assertThat(reply.header("pledge")).hasValue("30");
            assertThat(api.node.announcements).containsExactly(ANNOUNCEMENT);
        }
    }

    @Test
    void aMemberThatMayWriteItselfSaysNo() throws Exception {
        try (Api api = new Api(node().answering(new FailsafeAnswer.Refused(Ground.MAY_WRITE, "Running as a leader")))) {
            Reply reply = api.send("POST", "/failsafe", BODY);

            assertThat(reply.status()).isEqualTo(500);
            assertThat(reply.body()).isEqualTo("Running as a leader");
        }
    }

    @Test
    void withTheModeOffThereIsNothingToAsk() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"))) {
            assertThat(api.send("POST", "/failsafe", "nonsense").status()).isEqualTo(502);
            assertThat(api.node.announcements).isEmpty();
        }
    }

    @Test
    void anAnnouncementThatDoesNotSayWhoAsksIsRefused() throws Exception {
        try (Api api = new Api(node())) {
            assertThat(api.send("POST", "/failsafe", "[]").status()).isEqualTo(400);
            assertThat(api.send("POST", "/failsafe", "{\"name\":\"pg-a\"}").status())
                    .isEqualTo(400);
            assertThat(api.send("POST", "/failsafe", BODY.replace("pg-a", "pg/a"))
                            .status())
                    .isEqualTo(400);
            assertThat(api.node.announcements).isEmpty();
        }
    }

    @Test
    void theMembersThatTheLeaderWroteDownAreShown() throws Exception {
        Map<String, String> entries = new LinkedHashMap<>(Orders.entries());
        entries.put("failsafe", "{\"pg-a\":\"http://10.0.0.1:8008/patroni\"}");
        try (Api api = new Api(new FakeNode("pg-b").entries(entries))) {
            assertThat(api.get("/failsafe").status()).isEqualTo(200);
            assertThat(api.get("/failsafe").body()).isEqualTo("{\"pg-a\": \"http://10.0.0.1:8008/patroni\"}");
        }
    }

    @Test
    void nobodyWroteDownMembersYet() throws Exception {
        Map<String, String> entries = new LinkedHashMap<>(Orders.entries());
        entries.remove("failsafe");
        try (Api api = new Api(new FakeNode("pg-b").entries(entries))) {
            assertThat(api.get("/failsafe").status()).isEqualTo(502);
        }
        try (Api api = new Api(new FakeNode("pg-b").beforeFirstLook())) {
            assertThat(api.get("/failsafe").body()).isEqualTo("{}");
        }
    }

    @Test
    void aNodeSaysThatItLivesByFailsafeMode() throws Exception {
        try (Api api = new Api(node().failsafeActive())) {
            assertThat(api.get("/patroni").body()).contains("\"failsafe_mode_is_active\": true");
        }
        try (Api api = new Api(node())) {
            assertThat(api.get("/patroni").body()).doesNotContain("failsafe_mode_is_active");
        }
    }

    // The primary

    private static Map<NodeName, FailsafeAnswer> asked(String url) {
        try (RestFailsafe failsafe = new RestFailsafe()) {
            return failsafe.ask(ANNOUNCEMENT, Map.of(NodeName.of("pg-b"), url), Duration.ofSeconds(5));
        }
    }

    private static void assertRefused(String url, String why) {
        assertThat(asked(url).get(NodeName.of("pg-b")))
                .isInstanceOfSatisfying(
                        FailsafeAnswer.Refused.class,
                        answer -> assertThat(answer.why()).contains(why));
    }

    @Test
    void aPrimaryTellsTheMemberAllAndHearsItsWord() throws Exception {
        try (Api api = new Api(node().answering(YES))) {
            assertThat(asked(api.url())).containsOnly(Map.entry(NodeName.of("pg-b"), YES));
            assertThat(api.node.announcements).containsExactly(ANNOUNCEMENT);
        }
    }

    @Test
    void whoSaysNothingMoreHasAgreedForTheTimeToLive() throws Exception {
        try (Api api = new Api(node())) {
            assertThat(asked(api.url()).get(NodeName.of("pg-b")))
                    .isEqualTo(new FailsafeAnswer.Accepted(Optional.empty(), Optional.empty()));
        }
    }

    @Test
    void anythingElseThanAcceptanceIsARefusal() throws Exception {
        try (Api api = new Api(node().answering(new FailsafeAnswer.Refused(Ground.MAY_WRITE, "Running as a leader")))) {
            assertRefused(api.url(), "HTTP status 500: Running as a leader");
        }
        try (ScriptedPeer other = ScriptedPeer.thatAnswers(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK", false)) {
            assertRefused(other.url(), "found \"OK\"");
        }
        assertRefused("http://127.0.0.1:1/patroni", "refused");
        assertRefused("nonsense", "");
    }

    @Test
    void whoDoesNotAnswerInTimeHasRefused() throws Exception {
        try (ScriptedPeer silent = ScriptedPeer.thatNeverAnswers();
                RestFailsafe failsafe = new RestFailsafe()) {
            Map<NodeName, FailsafeAnswer> answers =
                    failsafe.ask(ANNOUNCEMENT, Map.of(NodeName.of("pg-b"), silent.url()), Duration.ofMillis(300));

            assertThat(answers.get(NodeName.of("pg-b"))).isInstanceOf(FailsafeAnswer.Refused.class);
        }
    }

    @Test
    void aPrimaryShowsTheLoginThatMembersAskFor() throws Exception {
        AccessSettings.Login login = new AccessSettings.Login("admin", "secret");
        try (Api api = new Api(
                        node(),
                        builder -> builder.settings(RestSettings.listeningOn("127.0.0.1", 0)
                                .withAccess(AccessSettings.OPEN.withLogin("admin", "secret"))));
                RestFailsafe failsafe = new RestFailsafe(
                        () -> (javax.net.ssl.SSLSocketFactory) javax.net.ssl.SSLSocketFactory.getDefault(),
                        Optional.of(login))) {
            assertRefused(api.url(), "401");
            assertThat(failsafe.ask(ANNOUNCEMENT, Map.of(NodeName.of("pg-b"), api.url()), Duration.ofSeconds(5))
                            .get(NodeName.of("pg-b")))
                    .isInstanceOf(FailsafeAnswer.Accepted.class);
        }
    }
}
