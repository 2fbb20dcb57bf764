package dev.regent.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {
    private static final ZonedDateTime NOW = ZonedDateTime.parse("2031-03-04T12:00:00+01:00[Europe/Berlin]");

    @ParameterizedTest
    @CsvSource({
        "2031-03-05T02:00,2031-03-05T02:00:00+01:00",
        "2031-03-05 02:00:07,2031-03-05T02:00:07+01:00",
        "2031-07-05 02:00,2031-07-05T02:00:00+02:00",
        "2031-03-05T02:00:07.25Z,2031-03-05T02:00:07.250000+00:00",
        "2031-03-05 02:00 UTC,2031-03-05T02:00:00+00:00",
        "2031-03-05T02:00+0530,2031-03-05T02:00:00+05:30",
        "2031-03-05T02:00 -08:00,2031-03-05T02:00:00-08:00",
        "2031-03-05T02:00+02,2031-03-05T02:00:00+02:00",
        "20310305T020007Z,2031-03-05T02:00:07+00:00",
        "04:00+00,2031-03-04T04:00:00+00:00",
    })
    void peopleMayTypeATimeInManyWays(String typed, String meant) {
        assertThat(IsoTime.parse(typed, NOW).map(IsoTime::text)).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "", "2031-03-05", "25:00", "2031-02-30T01:00", "2031-03-05T02:00 CET"})
    void whatMayMeanAnythingIsNotGuessed(String typed) {
        assertThat(IsoTime.parse(typed, NOW)).isEmpty();
    }

    @Test
    void surroundingBlanksDoNotMatter() {
        assertThat(IsoTime.parse(" 04:00 ", NOW)).isPresent();
    }
}
