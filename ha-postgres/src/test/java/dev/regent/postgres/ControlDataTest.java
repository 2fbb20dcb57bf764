package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.WalPosition;
import org.junit.jupiter.api.Test;

class ControlDataTest {
    private static final String COMMON = """
            Database system identifier:           7300000000000000001
            Latest checkpoint location:           0/2000028
            Latest checkpoint's TimeLineID:       2
            wal_log_hints setting:                off
            Current max_connections setting:      250
            Data page checksum version:           0
            """;

    @Test
    void aPrimaryThatWasShutDownReachesToItsLastCheckpoint() {
        ControlData data = control("shut down", "0/0", 0);

        assertThat(data.isShutDownCleanly()).isTrue();
        assertThat(data.position()).isEqualTo(WalPosition.at(2, Lsn.parse("0/2000028")));
        assertThat(data.systemId()).contains("7300000000000000001");
    }

    @Test
    void aStandbyReachesToWhereItsRecoveryMustEnd() {
        ControlData data = control("shut down in recovery", "0/3000060", 3);

        assertThat(data.isShutDownCleanly()).isTrue();
        assertThat(data.position().timeline()).isEqualTo(3);
        assertThat(data.position().position()).isEqualTo(Lsn.parse("0/3000060"));
    }

    @Test
    void aStandbyThatCrashedIsNotCleanButItsPositionIsKnown() {
        ControlData data = control("in archive recovery", "0/3000060", 3);

        assertThat(data.isShutDownCleanly()).isFalse();
        assertThat(data.position().isKnown()).isTrue();
    }

    @Test
    void aStandbyThatHasReplayedNothingReachesToItsLastCheckpoint() {
        assertThat(control("shut down in recovery", "0/0", 0).position())
                .isEqualTo(WalPosition.at(2, Lsn.parse("0/2000028")));
    }

    @Test
    void howFarACrashedPrimaryReachesOnlyRecoveryCanTell() {
        WalPosition position = control("in production", "0/0", 0).position();

        assertThat(position.timeline()).isEqualTo(2);
        assertThat(position.isKnown()).isFalse();
    }

    @Test
    void settingsAreFoundWithoutTheWordCurrent() {
        assertThat(control("shut down", "0/0", 0).number("max_connections setting"))
                .isEqualTo(250);
    }

    @Test
    void pageChangesAreTrackedByHintsOrByChecksums() {
        ControlData without = control("shut down", "0/0", 0);

        assertThat(without.tracksPageChanges()).isFalse();
        assertThat(ControlData.parse("wal_log_hints setting: on").tracksPageChanges())
                .isTrue();
        assertThat(ControlData.parse("Data page checksum version: 1").tracksPageChanges())
                .isTrue();
    }

    private static ControlData control(String state, String recoveryEnd, int recoveryTimeline) {
        return ControlData.parse(COMMON + "Database cluster state:               " + state + "\n"
                + "Minimum recovery ending location:     " + recoveryEnd + "\n"
                + "Min recovery ending loc's timeline:   " + recoveryTimeline + "\n");
    }
}
