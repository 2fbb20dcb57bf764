package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {
    @ParameterizedTest
    @CsvSource({
        "30, 30",
        "' 30 ', 30",
        "1min, 60",
        "1500 ms, 2",
        "2h, 7200",
        "1d, 86400",
        "0x10, 16",
        "010, 8",
        "-5, -5"
    })
    void aNumberAndPerhapsAUnit(String text, long seconds) {
        assertThat(TimeSpan.seconds(text)).contains(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "5 weeks", "true", "null", "09", "1e99"})
    void whatIsNotASpanOfTimeIsNone(String text) {
        assertThat(TimeSpan.seconds(text)).isEmpty();
    }
}
