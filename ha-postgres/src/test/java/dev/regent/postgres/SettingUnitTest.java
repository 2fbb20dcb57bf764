package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingUnitTest {
    @ParameterizedTest
    @CsvSource({
        "integer, 8kB, 16384, 128MB, true",
        "integer, 8kB, 16384, 129MB, false",
        "integer, kB, 65536, 64MB, true",
        "integer, ms, 5000, 5s, true",
        "integer, s, 60, 1min, true",
        "real, ms, 2.5, 2500us, true",
        "bool, , on, yes, true",
        "bool, , on, off, false",
        "integer, kB, 4098, 4097.5kB, true",
        "integer, , 255, 0xff, true",
        "integer, , 8, 010, true",
        "integer, kB, 1, much, false",
        "enum, , replica, Replica, true",
        "string, , a, A, false",
    })
    void valuesAreComparedAsTheServerReadsThem(String type, String unit, String one, String other, boolean same) {
        assertThat(SettingUnit.isSame(one, other, type, Optional.ofNullable(unit)))
                .isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({
        "16384, integer, 8kB, 128MB",
        "256MB, integer, 8kB, 256MB",
        "1024MB, integer, 8kB, 1GB",
        "65536, integer, kB, 64MB",
        "90, integer, s, 90s",
        "2.5, real, ms, 2500us",
        "0, integer, kB, 0",
        "-1, integer, 8kB, -8kB",
        "100, integer, , 100",
        "on, bool, , on",
        "much, integer, kB, much",
        "'', string, , ''",
    })
    void valuesAreShownInTheLargestUnitThatShowsThemExactly(String value, String type, String unit, String shown) {
        assertThat(SettingUnit.readable(value, type, Optional.ofNullable(unit))).isEqualTo(shown);
    }
}
