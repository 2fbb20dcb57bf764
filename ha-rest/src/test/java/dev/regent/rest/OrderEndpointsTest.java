package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.OrderOutcome;
import dev.regent.ha.decision.OrderOutcome.Kind;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.model.Role;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderEndpointsTest {
    private Api api;

    @BeforeEach
    void start() throws Exception {
        api = new Api(new FakeNode("pg-b"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            {"schedule":"2031-03-04T02:00"}      | 400 | Timezone information is mandatory for the scheduled restart
            {"schedule":"2031-03-03T11:59Z"}     | 422 | Cannot schedule restart in the past
            {"schedule":"soon"}                  | 422 | Unable to parse scheduled timestamp. It should be in an unambiguous format, e.g. ISO 8601
            {"schedule":null}                    | 422 | Unable to parse scheduled timestamp. It should be in an unambiguous format, e.g. ISO 8601
            {"role":"master"}                    | 400 | PostgreSQL role should be either primary, standby_leader, or replica
            {"postgres_version":"new"}           | 400 | Invalid PostgreSQL version: new
            {"postgres_version":17.6}            | 400 | Invalid PostgreSQL version: 17.6
            {"postgres_version":"17"}            | 400 | Invalid PostgreSQL version format: X.Y or X.Y.Z is accepted: 17
            {"postgres_version":"9.6"}           | 400 | Invalid PostgreSQL version format: X.Y or X.Y.Z is accepted: 9.6
            {"timeout":0}                        | 400 | Timeout should be a positive number of seconds
            {"timeout":"-5"}                     | 400 | Timeout should be a positive number of seconds
            {"timeout":"9e18"}                   | 400 | Timeout should be a positive number of seconds
            {"timeout":"soon","role":"master"}   | 400 | Timeout should be a positive number of seconds
            {"when":"now"}                       | 400 | Unknown filter for the scheduled restart: when
            """)
    void aRestartThatMakesNoSenseIsRefusedWithAReason(String body, int status, String text) throws Exception {
        Reply reply = api.send("POST", "/restart", body);

        assertThat(reply.body()).isEqualTo(text);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(api.node.orders).isEmpty();
        assertThat(api.node.scheduledRestart()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/restart", "/reinitialize"})
    void aBodyThatIsNotAnObjectIsRefusedAndNothingIsDone(String path) throws Exception {
        assertThat(api.send("POST", path, "[1]").status()).isEqualTo(400);
        assertThat(api.send("POST", path, "{").status()).isEqualTo(400);
        assertThat(api.node.orders).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DONE               |             | 200 | restarted successfully
            CONDITIONS_NOT_MET |             | 503 | restart conditions are not satisfied
            BUSY               | restart     | 503 | restart already in progress
            STILL_STARTING     |             | 503 | postgres is still starting
            FAILED             | no room     | 503 | restart failed
            """)
    void whatBecomesOfARestartIsAnswered(Kind kind, String detail, int status, String text) throws Exception {
        answers(kind, detail);

        Reply reply = api.send("POST", "/restart", "");

        assertThat(reply.body()).isEqualTo(text);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(api.node.orders).containsExactly("restart " + RestartConditions.NONE);
    }

    @Test
    void conditionsReachTheNode() throws Exception {
        answers(Kind.DONE, null);

        api.send(
                "POST",
                "/restart",
                "{\"role\":\"replica\",\"postgres_version\":\"17.6\",\"timeout\":\"1min\",\"restart_pending\":false}");

        RestartConditions conditions = new RestartConditions(
                Optional.of(Role.REPLICA), Optional.of("17.6"), true, Optional.of(Duration.ofMinutes(1)));
        assertThat(api.node.orders).containsExactly("restart " + conditions);
    }

    @Test
    void aRestartIsScheduledOnceAndCanBeTakenBack() throws Exception {
        String body = "{\"schedule\":\"2031-03-04 02:00 +1\",\"timeout\":30}";

        Reply accepted = api.send("POST", "/restart", body);
        assertThat(accepted.body()).isEqualTo("Restart scheduled");
        assertThat(accepted.status()).isEqualTo(202);
        assertThat(api.node.scheduledRestart().orElseThrow().at())
                .isEqualTo(OffsetDateTime.parse("2031-03-04T02:00:00+01:00"));
        assertThat(api.get("/patroni").body())
                .contains("\"scheduled_restart\": {\"schedule\": \"2031-03-04T02:00:00+01:00\", \"timeout\": 30}");

        Reply another = api.send("POST", "/restart", body);
        assertThat(another.body()).isEqualTo("Another restart is already scheduled");
        assertThat(another.status()).isEqualTo(409);

        Reply deleted = api.send("DELETE", "/restart", "");
        assertThat(deleted.body()).isEqualTo("scheduled restart deleted");
        assertThat(deleted.status()).isEqualTo(200);

        Reply nothing = api.send("DELETE", "/restart", "");
        assertThat(nothing.body()).isEqualTo("no restarts are scheduled");
        assertThat(nothing.status()).isEqualTo(404);
        assertThat(api.node.orders).isEmpty();
    }

    @Test
    void inAPausedClusterNoRestartIsScheduled() throws Exception {
        api.put("config", "{\"pause\":true}");

        Reply reply = api.send("POST", "/restart", "{\"schedule\":\"2031-03-04T02:00Z\"}");

        assertThat(reply.body()).isEqualTo("Can't schedule restart in the paused state");
        assertThat(reply.status()).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            STARTED            |             | 200 | reinitialize started
            BUSY               | restart     | 503 | restart already in progress
            NO_LEADER          |             | 503 | Cluster has no leader, can not reinitialize
            I_LEAD             |             | 503 | I am the leader, can not reinitialize
            FAILED             | no room     | 503 | reinitialize failed: no room
            """)
    void whatBecomesOfACopyIsAnswered(Kind kind, String detail, int status, String text) throws Exception {
        answers(kind, detail);

        Reply reply = api.send("POST", "/reinitialize", "");

        assertThat(reply.body()).isEqualTo(text);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(api.node.orders).containsExactly("reinitialize force=false fromLeader=false");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            {"force":true,"from_leader":"ON","else":1} | reinitialize force=true fromLeader=true
            {"force":"no","from-leader":1}             | reinitialize force=false fromLeader=true
            """)
    void howToCopyReachesTheNode(String body, String order) throws Exception {
        answers(Kind.STARTED, null);

        api.send("POST", "/reinitialize", body);

        assertThat(api.node.orders).containsExactly(order);
    }

    @Test
    void aCopyThatWaitsForOthersIsAnsweredAsStarted() throws Exception {
        assertThat(api.send("POST", "/reinitialize", "{}").body()).isEqualTo("reinitialize started");
    }

    @Test
    void theLeaderIsNotCopied() throws Exception {
        api.put("leader", "pg-b");

        Reply reply = api.send("POST", "/reinitialize", "{\"force\":true}");

        assertThat(reply.body()).isEqualTo("I am the leader, can not reinitialize");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(api.node.orders).isEmpty();
    }

    private void answers(Kind kind, @Nullable String detail) {
        api.node.outcome = CompletableFuture.completedFuture(new OrderOutcome(kind, detail == null ? "" : detail));
    }
}
