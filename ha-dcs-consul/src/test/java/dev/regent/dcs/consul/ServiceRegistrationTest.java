package dev.regent.dcs.consul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.spi.DcsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceRegistrationTest {
    private static final Duration TTL = Duration.ofSeconds(15);
    private static final String RUNNING = "{\"conn_url\":\"postgres://10.0.0.1:5432/postgres\","
            + "\"api_url\":\"https://10.0.0.1:8008/patroni\",\"state\":\"running\",\"role\":\"primary\"}";

    private final List<String> sent = new ArrayList<>();
    private boolean isDown;
    private final ServiceRegistration registration = new ServiceRegistration(
            ServiceSettings.of(Map.of("register_service", true)), "demo-node1", (path, body) -> {
                if (isDown) {
                    throw new DcsException("no answer in time");
                }
                sent.add(path + " " + body);
                return new Answer(path, Answer.OK, "", 0);
            });

    @Test
    void whatIsSentIsWhatPatroniSends() {
        registration.written("members/node1", RUNNING, TTL);

        assertThat(sent)
                .containsExactly("/v1/agent/service/register {\"ID\":\"demo/node1\",\"Name\":\"demo\","
                        + "\"Address\":\"10.0.0.1\",\"Port\":5432,\"Tags\":[\"primary\",\"master\"],"
                        + "\"EnableTagOverride\":true,\"Check\":{\"HTTP\":\"https://10.0.0.1:8008/primary\","
                        + "\"Interval\":\"5s\",\"DeregisterCriticalServiceAfter\":\"150.0s\"}}");
    }

    @Test
    void theNameOnTheCertificateOfTheApiIsSentWhereOneIsGiven() {
        ServiceSettings named = ServiceSettings.of(Map.of("service_check_tls_server_name", "pg.example"));

        assertThat(MemberService.of("demo", "node1", RUNNING).orElseThrow().registration(named, TTL))
                .contains("\"TLSServerName\":\"pg.example\"");
    }

    @Test
    void whatIsKnownIsNotSentAgain() {
        registration.written("members/node1", RUNNING, TTL);
        registration.written("members/node1", RUNNING.replace("}", ",\"xlog_location\":1}"), TTL);
        registration.catchUp(TTL);

        assertThat(sent).hasSize(1);
    }

    @Test
    void whatCouldNotBeSentIsSentWithTheNextRenewal() {
        isDown = true;
        registration.written("members/node1", RUNNING, TTL);
        isDown = false;
        registration.catchUp(TTL);

        assertThat(sent).hasSize(1);
    }

    @Test
    void othersEntriesAndWhatIsNoMemberAreLeftAlone() {
        registration.written("members/node2", RUNNING, TTL);
        registration.written("members/node1", "no json", TTL);
        registration.written("leader", "node1", TTL);

        assertThat(sent).isEmpty();
    }

    @Test
    void aNameIsWrittenAsOneOfAHost() {
        assertThat(MemberService.name("Batman.the_2nd one")).isEqualTo("batman-the-2nd-one");
        assertThat(MemberService.name("a:\u00fc")).isEqualTo("au0058u0252");
        assertThat(MemberService.name("x".repeat(300))).hasSize(230);
    }
}
