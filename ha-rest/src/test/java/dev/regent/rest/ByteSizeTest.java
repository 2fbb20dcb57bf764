package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "1GB, 1073741824",
        "10 MB, 10485760",
        "1.5MB, 1572864",
        "0x10, 16",
        "010, 8",
        "-5, -5",
        "' 7 ', 7",
        "1kB, 1024",
        "2TB, 2199023255552",
        "5e3, 5000",
        ".5MB, 524288",
        "2.5, 2",
        "1.0001kB, 1024",
        "3B, 3",
    })
    void amountsAsPostgresqlReadsThem(String text, long bytes) {
        assertThat(ByteSize.parse(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1gb", "16KB", "abc", "1m", "08", "1 2", "1s", ".", "99999999999999999999"})
    void anythingElseIsNoAmount(String text) {
        assertThat(ByteSize.parse(text)).isEmpty();
    }
}
