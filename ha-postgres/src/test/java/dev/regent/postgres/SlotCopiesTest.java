package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.Lsn;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotCopiesTest {
    @ParameterizedTest
    @CsvSource({
        "0/1000028, 16777216, 0000000000000001",
        "0/FFFFFFFF, 16777216, 00000000000000FF",
        "1/0, 16777216, 0000000100000000",
        "A/42000000, 16777216, 0000000A00000042",
        "A/42000000, 67108864, 0000000A00000010",
        "0/1000028, 1048576, 0000000000000010",
    })
    void thePositionOfASlotIsInThisFile(String position, long segmentSize, String file) {
        assertThat(SlotCopies.segment(Lsn.parse(position), segmentSize)).isEqualTo(file);
    }

    @ParameterizedTest
    @CsvSource({"5, 6, true", "6, 6, false", "7, 6, false", "4294967290, 3, true", "3, 4294967290, false"})
    void transactionNumbersWrapAround(long one, long other, boolean precedes) {
        assertThat(SlotSafety.precedes(one, other)).isEqualTo(precedes);
    }
}
