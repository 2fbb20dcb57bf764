package dev.regent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.PendingRestart.Change;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.spi.StopMode;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Settings of which a standby may not have less than its primary, made larger and smaller in the right order and in the wrong. */
class ParameterOrderIT {
    private RealServer primary;
    private RealServer standby;

    @BeforeEach
    void startBoth() throws Exception {
        primary = RealServer.withData("node-a");
        standby = RealServer.create("node-b");
        configure(100, 10);
        primary.database().startPrimary();
        standby.database().cloneFrom(primary.asUpstream());
        primary.database().changeSlots(SlotChanges.creating("node_b"));
        startStandby();
    }

    @AfterEach
    void closeBoth() throws Exception {
        standby.close();
        primary.close();
    }

    @Test
    void aStandbyThatWasForgottenWhenSettingsGrewIsStartedAgainWithThem() throws Exception {
        configure(140, 12);
        assertThat(pending(standby))
                .containsEntry("max_connections", new Change("100", "140"))
                .containsEntry("max_locks_per_transaction", new Change("64", "80"))
                .containsEntry("max_prepared_transactions", new Change("0", "12"))
                .containsEntry("max_wal_senders", new Change("10", "12"))
                .containsEntry("max_worker_processes", new Change("8", "12"));

        restartPrimary();

        // Since PostgreSQL 14 it waits for a person, before it ended
        RealServer.await(
                "that replay stops",
                () -> standby.database().status().needsLargerSettings()
                        || !standby.database().status().isRunning());
        standby.database().stop(StopMode.FAST);
        startStandby();
        assertThat(standby.ask("SHOW max_connections")).isEqualTo("140");
        assertThat(standby.ask("SHOW max_worker_processes")).isEqualTo("12");
        assertThat(pending(standby)).isEmpty();
        primary.insert("after");
        RealServer.await("replay", () -> standby.rows().contains("after"));
        assertThat(standby.database().status().needsLargerSettings()).isFalse();
    }

    @Test
    void aStandbyKeepsLargerSettingsUntilItsPrimaryHasHadSmallerOnes() throws Exception {
        configure(60, 9);

        // Too early: the primary still has more
        standby.database().stop(StopMode.FAST);
        startStandby();
        assertThat(standby.ask("SHOW max_connections")).isEqualTo("100");
        assertThat(pending(standby)).containsEntry("max_connections", new Change("100", "60"));
        restartPrimary();
        primary.insert("after");
        RealServer.await("replay", () -> standby.rows().contains("after"));
        standby.database().stop(StopMode.FAST);
        startStandby();

        assertThat(standby.ask("SHOW max_connections")).isEqualTo("60");
        assertThat(pending(standby)).isEmpty();
    }

    @Test
    void aReplayThatAPersonHasPausedIsLetAlone() throws Exception {
        standby.execute("SELECT pg_wal_replay_pause()");

        assertThat(standby.database().status().facts().replayPaused()).isTrue();
        assertThat(standby.database().status().needsLargerSettings()).isFalse();
    }

    private void configure(int connections, int others) throws Exception {
        DynamicConfig config = DynamicConfig.of(Map.of(
                "postgresql",
                Map.of(
                        "parameters",
                        Map.of(
                                "max_connections", connections,
                                "max_worker_processes", others == 10 ? 8 : others,
                                "max_wal_senders", others,
                                "max_prepared_transactions", others == 10 ? 0 : others,
                                "max_locks_per_transaction", others == 12 ? 80 : 64))));
        primary.database().configure(config);
        standby.database().configure(config);
    }

    private void restartPrimary() throws Exception {
        primary.database().stop(StopMode.FAST);
        primary.database().startPrimary();
    }

    private void startStandby() throws Exception {
        standby.database().startStandby(Optional.of(primary.asUpstream()));
        RealServer.await("streaming", () -> standby.database().status().streaming());
    }

    private static Map<String, Change> pending(RealServer server) {
        return server.database().status().facts().pendingRestart().reasons();
    }
}
