package dev.regent.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** restart, reload, reinit and flush: what they ask, send, say, and how they end. */
class MemberCommandsTest {
    private static final String TABLE_END =
            "+--------+------------+---------+-----------+----+-------------+" + "-----+------------+-----+\n";
    private static final String SCHEDULED =
            ",\"scheduled_restart\":{\"schedule\":\"2031-03-05T02:00:00+00:00\",\"postmaster_start_time\":\"x\"}";

    private CommandRun command;

    @BeforeEach
    void startCluster() throws IOException {
        command = new CommandRun().reachable();
    }

    @AfterEach
    void stopCluster() {
        command.close();
    }

    @Test
    void anInteractiveRestartReadsLikeTheReference() throws IOException {
        command.answering("POST /restart", 200, "PostgreSQL restarted");

        assertThat(command.run("\ny\n\n", "restart", "orders", "pg-b")).isZero();

        assertThat(command.printed())
                .isEqualTo(Transcript.read("restart-interactive.txt").output("restart orders pg-b"));
        assertThat(command.requests()).containsExactly("POST /restart {}");
    }

    @Test
    void everythingThatIsSaidOfARestartIsSent() {
        command.answering("POST /restart", 202, "Restart scheduled");

        int code = command.run(
                "",
                "restart",
                "orders",
                "-r",
                "replica",
                "--scheduled",
                "2031-03-05T02:00",
                "--pg-version",
                "15.6",
                "--pending",
                "--timeout",
                "30s",
                "--force");

        assertThat(code).isZero();
        assertThat(afterTable())
                .isEqualTo("Success: restart scheduled on member pg-b\nSuccess: restart scheduled on member pg-c\n");
        assertThat(command.requests())
                .hasSize(2)
                .containsOnly("POST /restart {\"restart_pending\":true,\"postgres_version\":\"15.6\","
                        + "\"schedule\":\"2031-03-05T02:00:00+00:00\",\"timeout\":\"30s\"}");
    }

    @Test
    void aRestartThatAMemberRefusesIsAFailure() {
        command.answering("POST /restart", 409, "Another restart is already scheduled");
        assertThat(command.run("", "restart", "orders", "pg-b", "--force")).isEqualTo(1);
        assertThat(afterTable()).isEqualTo("Failed: another restart is already scheduled on member pg-b\n");

        command.answering("POST /restart", 503, "restart failed");
        assertThat(command.run("", "restart", "orders", "pg-b", "--force")).isEqualTo(1);
        assertThat(afterTable()).isEqualTo("Failed: restart for member pg-b, status code=503, (restart failed)\n");
    }

    @Test
    void whereNoRestartIsPendingNobodyIsRestarted() {
        assertThat(command.run("", "restart", "orders", "--pending", "--force")).isZero();
        assertThat(afterTable()).isEmpty();
        assertThat(command.requests()).isEmpty();
    }

    @Test
    void oneMemberIsChosenWhereAnyWillDo() {
        command.answering("POST /restart", 200, "PostgreSQL restarted");

        assertThat(command.run("", "restart", "orders", "--any", "--force")).isZero();

        assertThat(command.requests()).hasSize(1);
    }

    @Test
    void aForcedScheduleTakesTheFormerOneBack() {
        command.reachable("pg-b", TestCluster.replica("10.20.0.12", 83886400, SCHEDULED))
                .answering("DELETE /restart", 200, "scheduled restart deleted")
                .answering("POST /restart", 202, "Restart scheduled");

        assertThat(command.run("", "restart", "orders", "pg-b", "--scheduled", "2031-03-05T04:00", "--force"))
                .isZero();

        assertThat(command.requests())
                .containsExactly("DELETE /restart", "POST /restart {\"schedule\":\"2031-03-05T04:00:00+00:00\"}");
    }

    @Test
    void aRestartMayBeRefusedBeforeAnythingIsSent() {
        assertRefused("Aborted restart", "\nn\n", "restart", "orders", "pg-b");
        assertRefused("Aborted scheduled restart", "2031-03-05T04:00\nn\n", "restart", "orders", "pg-b");
        assertRefused(
                "Unable to parse scheduled timestamp (soon). It should be in an unambiguous format (e.g. ISO 8601)",
                "",
                "restart",
                "orders",
                "--scheduled",
                "soon",
                "--force");
        assertRefused("Invalid PostgreSQL version: x", "", "restart", "orders", "--pg-version", "x", "--force");
        assertRefused(
                "Invalid PostgreSQL version format: X.Y or X.Y.Z is accepted: 9.6",
                "",
                "restart",
                "orders",
                "--pg-version",
                "9.6",
                "--force");
        command.entries().with("config", "{\"pause\":true}");
        assertRefused(
                "Can't schedule restart in the paused state",
                "",
                "restart",
                "orders",
                "--scheduled",
                "2031-03-05T04:00",
                "--force");
        assertRefused("nowhere cluster doesn't have any members", "", "restart", "nowhere", "--force");
        assertRefused("No 'any' among provided members", "", "restart", "orders", "pg-x", "--force");
        assertRefused("No 'leader' among provided members", "", "reload", "orders", "pg-b", "-r", "leader", "--force");
        assertRefused("No replica among provided members", "", "reinit", "orders", "pg-a", "--force");
        assertThat(command.requests()).isEmpty();
    }

    @Test
    void aMemberThatDoesNotAnswerIsNamed() {
        command.stopApi();

        assertThat(command.run("", "restart", "orders", "pg-b", "--force")).isEqualTo(1);

        assertThat(command.errors())
                .startsWith("Error: member pg-b cannot be asked at http://127.0.0.1:")
                .contains("connection refused")
                .hasLineCount(1);
    }

    @Test
    void whatMembersSayToAReloadIsTold() {
        command.answering("POST /reload", 202, "reload scheduled");
        assertThat(command.run("y\n", "reload", "orders", "pg-b")).isZero();
        assertThat(afterTable()).isEqualTo("""
                        Are you sure you want to reload members pg-b? [y/N]: y
                        Reload request received for member pg-b and will be processed within 10 seconds
                        """);

        command.answering("POST /reload", 200, "nothing changed");
        assertThat(command.run("", "reload", "orders", "pg-b", "--force")).isZero();
        assertThat(afterTable()).isEqualTo("No changes to apply on member pg-b\n");

        command.answering("POST /reload", 401, "no auth");
        assertThat(command.run("", "reload", "orders", "pg-b", "--force")).isEqualTo(1);
        assertThat(afterTable()).isEqualTo("Failed: reload for member pg-b, status code=401, (no auth)\n");
        assertRefused("Aborted reload", "n\n", "reload", "orders");
    }

    @Test
    void aReplicaIsChosenAndReinitialized() {
        command.answering("POST /reinitialize", 200, "reinitialize started");

        assertThat(command.run("pg-c\ny\n", "reinit", "orders", "--from-leader"))
                .isZero();

        assertThat(afterTable()).isEqualTo("""
                        Which member do you want to reinitialize [pg-b, pg-c]? []: pg-c
                        Are you sure you want to reinitialize members pg-c? [y/N]: y
                        Success: reinitialize for member pg-c
                        """);
        assertThat(command.requests()).containsExactly("POST /reinitialize {\"force\":false,\"from_leader\":true}");
        assertRefused("pg-a is not a member of cluster", "pg-a\n", "reinit", "orders");
        assertRefused("Aborted reinitialize", "pg-b\nn\n", "reinit", "orders");
    }

    @Test
    void withoutNamesAForcedReinitializationDoesNothing() {
        assertThat(command.run("", "reinit", "orders", "--force")).isZero();
        assertThat(command.requests()).isEmpty();
    }

    @Test
    void aReinitializationUnderWayCanBeReplaced() {
        command.answering("POST /reinitialize", 503, "reinitialize already in progress");

        assertThat(command.run("y\ny\n", "reinit", "orders", "pg-b")).isEqualTo(1);

        assertThat(afterTable()).contains("""
                        Failed: reinitialize for member pg-b, status code=503, (reinitialize already in progress)
                        Do you want to cancel it and reinitialize anyway? [y/N]: y
                        """);
        assertThat(command.requests())
                .containsExactly(
                        "POST /reinitialize {\"force\":false,\"from_leader\":false}",
                        "POST /reinitialize {\"force\":true,\"from_leader\":false}");
    }

    @Test
    void aReinitializationIsWaitedFor() {
        command.answering("POST /reinitialize", 200, "reinitialize started")
                .answering("GET /patroni", 200, "{\"state\": \"creating replica\"}")
                .during(() -> {})
                .during(() -> command.answering("GET /patroni", 200, "{\"state\": \"running\"}"));

        assertThat(command.run("", "reinit", "orders", "pg-b", "--force", "--wait"))
                .isZero();

        assertThat(afterTable()).isEqualTo("""
                        Success: reinitialize for member pg-b
                        Waiting for reinitialize to complete on: pg-b
                        Reinitialize is completed on: pg-b
                        """);
    }

    @Test
    void scheduledRestartsAreTakenBack() {
        command.reachable("pg-b", TestCluster.replica("10.20.0.12", 83886400, SCHEDULED))
                .answering("DELETE /restart", 200, "scheduled restart deleted");

        assertThat(command.run("y\n", "flush", "orders", "pg-b", "pg-c", "restart"))
                .isZero();

        assertThat(command.printed()).endsWith("""
                        Are you sure you want to flush members pg-b, pg-c? [y/N]: y
                        Success: flush scheduled restart for member pg-b
                        No scheduled restart for member pg-c
                        """);
        assertRefused("Aborted flush", "n\n", "flush", "orders", "restart");
    }

    @Test
    void aScheduledSwitchoverIsTakenBack() {
        assertThat(command.run("", "flush", "orders", "switchover")).isZero();
        assertThat(command.printed()).isEqualTo("No pending scheduled switchover\n");

        command.entries().with("failover", "{\"leader\":\"pg-a\",\"scheduled_at\":\"2031-03-05T02:00:00+00:00\"}");
        command.answering("DELETE /switchover", 200, "scheduled switchover deleted");
        assertThat(command.run("", "flush", "orders", "switchover")).isZero();
        assertThat(command.printed()).isEqualTo("Success: scheduled switchover deleted\n");

        command.stopApi();
        assertThat(command.run("", "flush", "orders", "switchover")).isZero();
        assertThat(command.printed())
                .isEqualTo("2026-11-23 22:37:36.15585 Could not find any accessible member of cluster orders\n");
        assertThat(command.entries().value("failover")).isEqualTo("{}");
    }

    private String afterTable() {
        String printed = command.printed();
        return printed.substring(printed.lastIndexOf(TABLE_END) + TABLE_END.length());
    }

    private void assertRefused(String message, String typed, String... arguments) {
        assertThat(command.run(typed, arguments)).as(command.printed()).isEqualTo(1);
        assertThat(command.errors()).isEqualTo("Error: " + message + "\n");
    }
}
