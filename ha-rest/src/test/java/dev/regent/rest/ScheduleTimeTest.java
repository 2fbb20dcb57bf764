package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTimeTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2031-03-03T12:00:00Z"), ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({
        "2031-03-04T02:00Z,                2031-03-04T02:00:00+00:00",
        "2031-03-04T02:00:00+00:00,        2031-03-04T02:00:00+00:00",
        "2031-03-04 02:00:05.25 UTC,       2031-03-04T02:00:05.250000+00:00",
        "2031-03-04 02:00 +2,              2031-03-04T02:00:00+02:00",
        "2031-03-04 02:00-05,              2031-03-04T02:00:00-05:00",
        "2031-03-04 02:00+0530,            2031-03-04T02:00:00+05:30",
        "2031-03-04T02:00:00 -05:30,       2031-03-04T02:00:00-05:30",
        "20310304T020000Z,                 2031-03-04T02:00:00+00:00",
        "04:00+00,                         2031-03-03T04:00:00+00:00",
        "Mar 4 2031 02:00 UTC,             2031-03-04T02:00:00+00:00",
        "'March 4, 2031 02:00:30 +01:00',  2031-03-04T02:00:30+01:00",
        "4 Mar 2031 02:00 GMT,             2031-03-04T02:00:00+00:00",
    })
    void momentsAsPeopleAndToolsWriteThem(String text, String expected) {
        assertThat(ScheduleTime.parse(text, CLOCK).map(JsonText::time)).hasValue(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2031-03-04T02:00", "2031-03-04 02:00 EST", "04:00", "Mar 4 2031 02:00"})
    void aMomentWithoutZoneIsUndecided(String text) {
        assertThat(ScheduleTime.parse(text, CLOCK)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tomorrow", "2031-13-04T02:00Z", "2031-03-04T25:00Z", "Foo 4 2031 02:00 UTC", "2031-03-04", "5"})
    void anythingElseIsNoMoment(String text) {
        assertThatThrownBy(() -> ScheduleTime.parse(text, CLOCK)).isInstanceOf(DateTimeException.class);
    }
}
