package dev.regent.dcs.consul;

import static dev.regent.ha.spi.Expected.ABSENT;
import static dev.regent.ha.spi.Expected.ANYTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Session;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An agent that lets nobody in without a token. */
class ConsulTokenIT {
    private static final String TOKEN = "5f0e3a52-8b1d-4a5e-9a6c-6d1f0c2b7e11";
    private static final Duration TTL = Duration.ofSeconds(30);

    private static ConsulAgent agent;

    @BeforeAll
    static void startAgent() throws Exception {
        agent = ConsulAgent.start(
                "\"acl\": {\"enabled\": true, \"default_policy\": \"deny\", \"tokens\": {\"master\": \"" + TOKEN
                        + "\"}}");
    }

    @AfterAll
    static void stopAgent() throws Exception {
        agent.close();
    }

    @Test
    void theTokenLetsEveryCallIn() throws Exception {
        try (Dcs dcs = open(agent.settings().withToken(TOKEN))) {
            Session session = dcs.openSession(TTL);

            assertThat(session.write("leader", "node1", ABSENT)).isTrue();
            assertThat(dcs.read().get("leader")).isPresent();
            assertThat(dcs.write("config", "{}", ABSENT)).isTrue();
            assertThat(dcs.delete("config", ANYTHING)).isTrue();
            assertThat(session.renew()).isTrue();
            session.end();
            assertThat(dcs.read().byKey()).isEmpty();
        }
    }

    @Test
    void beingRefusedIsNotALostRaceAndSaysWhatToGrant() {
        try (Dcs dcs = open(agent.settings())) {
            assertThatThrownBy(() -> dcs.write("config", "{}", ABSENT))
                    .isInstanceOf(DcsException.class)
                    .hasMessageContaining("key_prefix");
            assertThatThrownBy(() -> dcs.openSession(TTL))
                    .isInstanceOf(DcsException.class)
                    .hasMessageContaining("Permission denied");
        }
    }

    @Test
    void anUnknownTokenCannotRead() {
        try (Dcs dcs = open(agent.settings().withToken("unknown"))) {
            assertThatThrownBy(dcs::read)
                    .isInstanceOf(DcsException.class)
                    .hasMessageContaining("ACL not found")
                    .hasMessageNotContaining("unknown");
        }
    }

    private static Dcs open(ConsulSettings settings) {
        return ConsulDcs.open(settings, "service/demo", "demo-node1");
    }
}
