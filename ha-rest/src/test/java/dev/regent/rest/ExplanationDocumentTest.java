package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.Explanation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.model.NodeName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExplanationDocumentTest {
    @Test
    void aFollowerSaysWhoLeadsAndWhetherItWouldStand() throws Exception {
        try (Api api = new Api(new FakeNode("pg-b"))) {
            assertThat(api.get("/explain").status()).isEqualTo(200);
            assertThat(api.get("/explain").body())
                    .isEqualTo(
                            "{\"member\": \"pg-b\", \"scope\": \"orders\", \"leader\": \"pg-a\","
                                    + " \"action\": \"wait\", \"reason\": \"FOLLOWING\", \"why\": \"I follow the leader\","
                                    + " \"not_leading\": \"pg-a leads; if it were lost, I would stand\", \"unblock\": null,"
                                    + " \"since\": \"2031-03-03T00:00:01+00:00\", \"config_problems\": [], \"seconds_since_last_look\": 5}");
        }
    }

    @Test
    void whoWaitsForAPersonSaysWhatToDo() {
        FakeNode node = new FakeNode("pg-b")
                .explains(new Explanation(
                        NodeName.of("pg-b"),
                        Optional.empty(),
                        "wait",
                        Reason.NOT_STANDING,
                        "nobody leads and I do not stand",
                        Optional.of("nobody leads and I do not stand"),
                        Optional.of("regentctl failover orders --candidate pg-b --force"),
                        List.of("ttl: expected seconds, found never: 30 is used"),
                        FakeNode.SEEN_AT,
                        Optional.empty()));

        assertThat(ExplanationDocument.of(node).text())
                .contains("\"leader\": null", "\"unblock\": \"regentctl failover orders --candidate pg-b --force\"")
                .contains("\"config_problems\": [\"ttl: expected seconds, found never: 30 is used\"]");
    }

    @Test
    void beforeTheFirstLookThereIsNothingToExplain() {
        Response response = ExplanationDocument.of(new FakeNode("pg-b").beforeFirstLook());

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.text())
                .isEqualTo("{\"member\": \"pg-b\", \"scope\": \"orders\","
                        + " \"why\": \"this node has not looked at its cluster yet\"}");
    }
}
