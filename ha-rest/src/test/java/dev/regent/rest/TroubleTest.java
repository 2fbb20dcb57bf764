package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.ServerHealth;
import dev.regent.ha.model.ServerHealth.Finding;
import dev.regent.ha.spi.PeerStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is wrong with a server that answers, as monitoring and other members see it. */
class TroubleTest {
    private static final ServerHealth FULL = new ServerHealth(
            Finding.DISK_FULL,
            "expected 32 MB or more free, found less",
            Duration.ofSeconds(90),
            Optional.of(Duration.ofMillis(250)));

    @Test
    void itIsInTheDocumentOfTheNode() throws Exception {
        try (Api api = new Api(unwell(Orders.standby()))) {
            assertThat(api.get("/patroni").body())
                    .contains(
                            "\"health\": {\"finding\": \"disk full\", \"reason\": \"expected 32 MB or more free, found less\","
                                    + " \"seconds\": 90}");
        }
        try (Api api = new Api(new FakeNode("pg-b"))) {
            assertThat(api.get("/patroni").body()).doesNotContain("health");
        }
    }

    @Test
    void peersLearnThatAStandbyMustNotLeadAndNothingOfThatOfAPrimary() throws Exception {
        try (Api api = new Api(unwell(Orders.standby()))) {
            assertThat(answer(api).tags().nofailover()).isTrue();
            assertThat(answer(api).mayLead()).isFalse();
        }
        try (Api api = new Api(unwell(Orders.primary()).leads())) {
            assertThat(answer(api).tags().nofailover()).isFalse();
        }
    }

    @Test
    void itIsInTheMetrics() throws Exception {
        try (Api api = new Api(unwell(Orders.standby()))) {
            assertThat(api.get("/metrics").body())
                    .contains(
                            "regent_server_trouble{scope=\"orders\",name=\"pg-b\",finding=\"disk_full\"} 1\n",
                            "regent_server_trouble{scope=\"orders\",name=\"pg-b\",finding=\"writes_stuck\"} 0\n",
                            "regent_server_trouble_seconds{scope=\"orders\",name=\"pg-b\"} 90\n",
                            "regent_storage_write_seconds{scope=\"orders\",name=\"pg-b\"} 0.25\n");
        }
        try (Api api = new Api(new FakeNode("pg-b"))) {
            assertThat(api.get("/metrics").body())
                    .contains("regent_server_trouble{scope=\"orders\",name=\"pg-b\",finding=\"disk_full\"} 0\n");
        }
    }

    private static PeerStatus.Answer answer(Api api) throws Exception {
        byte[] body = api.get("/patroni").body().getBytes(StandardCharsets.UTF_8);
        return (PeerStatus.Answer) PeerAnswer.read(body);
    }

    private static FakeNode unwell(DatabaseStatus server) {
        return new FakeNode(server.replicas().isEmpty() ? "pg-b" : "pg-a").server(server.with(FULL));
    }
}
