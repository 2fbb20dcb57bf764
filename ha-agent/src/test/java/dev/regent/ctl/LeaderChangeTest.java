package dev.regent.ctl;

import static dev.regent.ctl.TestCluster.primary;
import static dev.regent.ctl.TestCluster.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.regent.agent.config.RestApiSection.Login;
import dev.regent.ctl.LeaderChange.Wish;
import dev.regent.rest.TlsFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked, said and sent on the way to another leader, compared with the transcripts of the reference. */
class LeaderChangeTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T22:37:36.155850Z"), ZoneOffset.UTC);

    private final StringWriter printed = new StringWriter();
    private final List<String> requests = new ArrayList<>();
    private final TestCluster entries = TestCluster.healthy();
    private int status = 200;
    private String answer = "Successfully switched over to \"pg-b\"";
    private Runnable effect = () -> {};
    private HttpServer api;

    @BeforeEach
    void startApi() throws IOException {
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            effect.run();
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        api.start();
        pointTo("pg-a", primary("10.20.0.11", ""));
    }

    @AfterEach
    void stopApi() {
        api.stop(0);
        entries.close();
    }

    private void pointTo(String member, String entry) {
        entries.with(
                "members/" + member,
                entry.replaceFirst(
                        "http://[^/]*", "http://127.0.0.1:" + api.getAddress().getPort()));
    }

    @Test
    void anInteractiveSwitchoverReadsLikeTheReference() throws Exception {
        effect = () -> entries.with("leader", "pg-b")
                .with("status", "{\"optime\":83886560}")
                .with("members/pg-a", moved(replica("10.20.0.11", 83886560, "")))
                .with("members/pg-b", moved(primary("10.20.0.12", "")))
                .with("members/pg-c", moved(replica("10.20.0.13", 83886560, "")));

        assertThat(switchover("\npg-b\n\ny\n", wish(false))).isTrue();

        assertThat(printed)
                .hasToString(Transcript.read("switchover-interactive.txt").output("switchover"));
        assertThat(requests).containsExactly("POST /switchover null {\"candidate\":\"pg-b\",\"leader\":\"pg-a\"}");
    }

    private static String moved(String entry) {
        return entry.replace("\"timeline\":7", "\"timeline\":8");
    }

    @Test
    void aRefusedSwitchoverReadsLikeTheReferenceAndIsAFailure() throws Exception {
        status = 412;
        answer = "switchover is not possible: no good candidates have been found";

        assertThat(switchover("", wish(true))).isFalse();

        assertThat(printed)
                .hasToString(Transcript.read("switchover-rejected.txt").output("switchover --force"));
    }

    @Test
    void aScheduledSwitchoverSendsItsTimeWithTheOffsetOfThisPlace() throws Exception {
        status = 202;
        answer = "Switchover scheduled";

        switchover("", new Wish(Optional.of("pg-a"), Optional.of("pg-c"), Optional.of("2031-03-04T02:00"), true));

        assertThat(requests)
                .containsExactly(
                        "POST /switchover null"
                                + " {\"candidate\":\"pg-c\",\"leader\":\"pg-a\",\"scheduled_at\":\"2031-03-04T02:00:00+00:00\"}");
        assertThat(printed.toString()).contains("2026-11-23 22:37:36.15585 Switchover scheduled\n");
    }

    @Test
    void whereNoApiAnswersTheRequestGoesThroughTheStore() throws Exception {
        api.stop(0);

        switchover("", wish(true));

        assertThat(printed.toString()).contains("Could not switchover using Patroni api, falling back to DCS\n");
        assertThat(entries.dcs().read().get("failover").orElseThrow().value()).isEqualTo("{\"leader\":\"pg-a\"}");
    }

    @Test
    void theLoginOfTheConfigurationIsSent() throws Exception {
        Cluster cluster = new Cluster(
                TestCluster.NAME,
                Optional.empty(),
                entries.dcs(),
                new RestCalls(Optional.of(new Login("me", "secret")), TlsFiles.NONE, false));

        LeaderChange.switchover(cluster, terminal(""), wish(true));

        assertThat(requests).singleElement().asString().contains("Basic bWU6c2VjcmV0");
    }

    @Test
    void whatMakesNoSenseIsRefusedInTheWordsOfTheReference() {
        assertRefused(
                new Wish(Optional.of("pg-b"), Optional.empty(), Optional.empty(), true),
                "Member pg-b is not the leader of cluster orders");
        assertRefused(
                new Wish(Optional.empty(), Optional.of("pg-a"), Optional.empty(), true),
                "Member pg-a is already the leader of cluster orders");
        assertRefused(
                new Wish(Optional.empty(), Optional.of("pg-x"), Optional.empty(), true),
                "Member pg-x does not exist in cluster orders or is tagged as nofailover");
        assertRefused(
                new Wish(Optional.empty(), Optional.empty(), Optional.of("soon"), true),
                "Unable to parse scheduled timestamp (soon). It should be in an unambiguous format (e.g. ISO 8601)");
        assertThatThrownBy(() -> LeaderChange.failover(cluster(), terminal(""), wish(true)))
                .hasMessage("Failover could be performed only to a specific candidate");
        assertThatThrownBy(() -> switchover("\n\n\nn\n", wish(false))).hasMessage("Aborting switchover");
        assertThatThrownBy(() -> switchover("", wish(false))).isInstanceOf(Terminal.EndOfInput.class);
        entries.with("config", "{\"pause\":true}");
        assertRefused(
                new Wish(Optional.empty(), Optional.empty(), Optional.of("04:00"), true),
                "Can't schedule switchover in the paused state");
        entries.without("leader");
        assertRefused(wish(true), "This cluster has no leader");
        assertThat(requests).isEmpty();
    }

    private void assertRefused(Wish wish, String message) {
        assertThatThrownBy(() -> switchover("", wish))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(message);
    }

    private static Wish wish(boolean force) {
        return new Wish(Optional.empty(), Optional.empty(), Optional.empty(), force);
    }

    private boolean switchover(String typed, Wish wish) throws InterruptedException {
        return LeaderChange.switchover(cluster(), terminal(typed), wish);
    }

    private Cluster cluster() {
        return new Cluster(
                TestCluster.NAME,
                Optional.empty(),
                entries.dcs(),
                new RestCalls(Optional.empty(), TlsFiles.NONE, false));
    }

    /** A terminal on which, as on a real one, what is typed stands behind the question. */
    private Terminal terminal(String typed) {
        PrintWriter out = new PrintWriter(printed);
        BufferedReader echoing = new BufferedReader(new StringReader(typed)) {
            @Override
            public String readLine() throws IOException {
                String line = super.readLine();
                if (line != null) {
                    out.print(line + "\n");
                }
                return line;
            }
        };
        return new Terminal(echoing, out, new PrintWriter(new StringWriter()), CLOCK, time -> {}, Optional.empty());
    }
}
