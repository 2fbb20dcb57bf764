package dev.regent.ctl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regent.ctl.Table.Column;
import dev.regent.ctl.TableFormat.EmptyCells;
import dev.regent.ha.model.Member;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What members say that they do, and why. */
final class ExplanationTable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Column> COLUMNS = List.of(
            Column.left("Member"),
            Column.left("Action"),
            Column.left("Reason"),
            Column.left("Why"),
            Column.left("Unblock"),
            Column.left("Since"));

    private ExplanationTable() {}

    /** What one member has said, or that it has not answered. */
    record Account(String member, String action, String reason, String why, String unblock, String since) {

        static Account of(Member member, CompletableFuture<RestCalls.Answer> asked) throws InterruptedException {
            try {
                return of(member.name().value(), asked.get().body());
            } catch (ExecutionException silent) {
                return silent(member.name().value(), RestCalls.cause(silent));
            }
        }

        /** Reads {@code GET /explain}; a member that answers something else is not Regent's. */
        static Account of(String member, String body) {
            JsonNode said;
            try {
                said = JSON.readTree(body);
            } catch (JsonProcessingException notJson) {
                said = JSON.nullNode();
            }
            if (!said.hasNonNull("why")) {
                return new Account(member, "?", Table.EMPTY, "it answers, but does not explain itself", "", "");
            }
            String why = said.path("why").asText();
            String notLeading = said.path("not_leading").asText(why);
            boolean repeats = notLeading.equals(why) || said.path("not_leading").isNull();
            return new Account(
                    member,
                    said.path("action").asText(Table.EMPTY),
                    said.path("reason").asText(Table.EMPTY),
                    (repeats ? why : why + "; " + notLeading) + trouble(said.path("health"), why),
                    text(said, "unblock"),
                    text(said, "since"));
        }

        /** What the reason does not tell already. */
        private static String trouble(JsonNode health, String told) {
            String reason = health.path("reason").asText();
            return reason.isEmpty() || told.contains(reason)
                    ? ""
                    : "; " + health.path("finding").asText() + ": " + reason;
        }

        static Account silent(String member, String cause) {
            return new Account(
                    member,
                    "?",
                    Table.EMPTY,
                    "its REST API does not answer: " + cause,
                    "start its agent, or look at its log",
                    Table.EMPTY);
        }

        private static String text(JsonNode said, String key) {
            return said.hasNonNull(key) ? said.get(key).asText() : Table.EMPTY;
        }

        List<Object> cells(boolean wrapped) {
            return Stream.of(member, action, reason, why, unblock, since)
                    .<Object>map(text -> wrapped ? WrappedText.of(text) : text)
                    .toList();
        }
    }

    /** The table as text; for people with what of the cluster-wide configuration is not used as it stands. */
    static String print(String cluster, List<Account> accounts, List<String> configProblems, TableFormat format) {
        boolean wrapped = format == TableFormat.pretty;
        List<List<Object>> rows =
                accounts.stream().map(account -> account.cells(wrapped)).toList();
        String table =
                format.print(new Table(COLUMNS, rows), Optional.of(" Cluster: " + cluster + " "), EmptyCells.KEPT);
        return wrapped ? table + footer(configProblems) : table;
    }

    private static String footer(List<String> configProblems) {
        return configProblems.stream()
                .map(problem -> " Configuration: " + problem + "\n")
                .collect(Collectors.joining());
    }
}
