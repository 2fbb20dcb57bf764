package dev.regent.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ctl.ExplanationTable.Account;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationTableTest {
    private static final String FOLLOWER = "{\"member\":\"pg-b\",\"leader\":\"pg-a\",\"action\":\"wait\","
            + "\"reason\":\"FOLLOWING\",\"why\":\"I follow the leader\","
            + "\"not_leading\":\"pg-a leads; if it were lost, I would stand\",\"unblock\":null,"
            + "\"since\":\"2031-03-04T01:02:03+00:00\"}";

    @Test
    void eachMemberHasItsRowAndWhoDoesNotAnswerIsShown() {
        String table = ExplanationTable.print(
                "orders",
                List.of(
                        Account.of(
                                "pg-a",
                                "{\"action\":\"wait\",\"reason\":\"LEADING\",\"why\":\"I lead\",\"not_leading\":null,"
                                        + "\"unblock\":null,\"since\":\"2031-03-04T01:00:00+00:00\"}"),
                        Account.of("pg-b", FOLLOWER),
                        Account.silent("pg-c", "connection refused")),
                List.of("pause: expected on or off, found \"perhaps\"; off is used"),
                TableFormat.pretty);

        assertThat(table)
                .startsWith("+ Cluster: orders ")
                .contains("| I follow the leader; pg-a leads; if it were lost, I would ")
                .contains("| stand ")
                .contains("| its REST API does not answer: connection refused ")
                .contains("| start its agent, or look at its log ")
                .endsWith("\n Configuration: pause: expected on or off, found \"perhaps\"; off is used\n");
    }

    @Test
    void whatIsWrongWithAMembersStorageIsPartOfItsAccount() {
        String health = "\"health\":{\"finding\":\"disk full\",\"reason\":\"expected 32 MB\"}}";

        assertThat(Account.of("pg-b", FOLLOWER.replace("\"}", "\"," + health)).why())
                .endsWith("I would stand; disk full: expected 32 MB");
        assertThat(Account.of("pg-b", "{\"why\":\"I do not stand: expected 32 MB\"," + health)
                        .why())
                .isEqualTo("I do not stand: expected 32 MB");
    }

    @Test
    void programsGetTextWithoutBreaks() {
        assertThat(ExplanationTable.print(
                        "orders", List.of(Account.of("pg-b", FOLLOWER)), List.of("ttl"), TableFormat.tsv))
                .isEqualTo("Member\tAction\tReason\tWhy\tUnblock\tSince\n"
                        + "pg-b\twait\tFOLLOWING\tI follow the leader; pg-a leads; if it were lost, I would stand\t\t"
                        + "2031-03-04T01:02:03+00:00\n");
    }

    @Test
    void aMemberThatIsNotOursIsShownToo() {
        assertThat(Account.of("pg-b", "{\"state\": \"running\", \"role\": \"replica\"}")
                        .why())
                .isEqualTo("it answers, but does not explain itself");
        assertThat(Account.of("pg-b", "<html>").why()).isEqualTo("it answers, but does not explain itself");
    }
}
