package dev.regent.dcs.consul;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SessionTtlRangeTest {
    @Test
    void aTtlIsWrittenAsPatroniWritesIt() {
        assertThat(SessionTtlRange.text(Duration.ofSeconds(15))).isEqualTo("15.0s");
        assertThat(SessionTtlRange.text(Duration.ofMillis(12_500))).isEqualTo("12.5s");
    }

    @Test
    void theLeastTtlIsTakenFromTheRefusal() {
        assertThat(least("Invalid Session TTL '1000000000', must be between [10s=24h0m0s]"))
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(least("Invalid Session TTL '1', must be between [1m30.5s=24h0m0s]"))
                .isEqualTo(Duration.ofMillis(90_500));
        assertThat(least("Invalid Session TTL '1', must be between [250ms=24h0m0s]"))
                .isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void aRefusalThatDoesNotTellMeansTheUsualLeast() {
        assertThat(least("Invalid Session TTL: too short")).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void onlyARefusalOfTheTtlIsOne() {
        assertThat(SessionTtlRange.isRefusal(answer(500, "No cluster leader"))).isFalse();
        assertThat(SessionTtlRange.isRefusal(answer(400, "Invalid Session TTL '1'")))
                .isTrue();
    }

    private static Duration least(String refusal) {
        return SessionTtlRange.least(answer(500, refusal));
    }

    private static Answer answer(int status, String body) {
        return new Answer("PUT /v1/session/create", status, body, 0);
    }
}
