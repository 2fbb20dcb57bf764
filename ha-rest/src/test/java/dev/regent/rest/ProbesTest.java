package dev.regent.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbesTest {
    @ParameterizedTest
    @CsvSource({"39, true", "40, false"})
    void aPrimaryLivesAsLongAsItsNodeLooksWithinTheTimeToLive(int secondsAgo, boolean alive) {
        FakeNode node = new FakeNode("pg-a").leads().looked(Orders.primary(), Duration.ofSeconds(secondsAgo));

        assertThat(Probes.isAlive(node)).isEqualTo(alive);
    }

    @ParameterizedTest
    @CsvSource({"69, true", "70, false"})
    void aReplicaLivesTwiceAsLong(int secondsAgo, boolean alive) {
        FakeNode node = new FakeNode("pg-b").looked(Orders.standby(), Duration.ofSeconds(secondsAgo));

        assertThat(Probes.isAlive(node)).isEqualTo(alive);
    }

    @Test
    void aPausedNodeLives() {
        FakeNode node = new FakeNode("pg-a").config("\"pause\":true").looked(Orders.primary(), Duration.ofDays(1));

        assertThat(Probes.isAlive(node)).isTrue();
    }

    @Test
    void aNodeThatStillWaitsForItsStoreLives() {
        assertThat(Probes.isAlive(new FakeNode("pg-a").beforeFirstLook())).isTrue();
    }

    @Test
    void aLeaderIsReadyEvenWithoutStore() {
        assertThat(isReady(new FakeNode("pg-a").leads().blind())).isTrue();
    }

    @Test
    void aStreamingReplicaIsReady() {
        assertThat(isReady(new FakeNode("pg-b"))).isTrue();
    }

    @Test
    void whoDoesNotStreamIsNotReady() {
        assertThat(isReady(new FakeNode("pg-b").server(Orders.pausedStandby(Orders.POSITION))))
                .isFalse();
        assertThat(isReady(new FakeNode("pg-b").server(Orders.silent(ServerState.STOPPED, true))))
                .isFalse();
        assertThat(isReady(new FakeNode("pg-a").server(Orders.primary()))).isFalse();
    }

    @Test
    void aReplicaThatCannotKnowHowFarItIsBehindIsNotReady() {
        assertThat(isReady(new FakeNode("pg-b").blind())).isFalse();
        assertThat(isReady(new FakeNode("pg-b").blind().failsafeActive()))
                .as("it has given its word to the primary just now")
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1048577, false"})
    void withoutTheStoreItKnowsFromItsSender(long bytes, boolean ready) {
        Lsn senderEnd = new Lsn(Orders.POSITION.value() + bytes);
        FakeNode node = new FakeNode("pg-b").server(Orders.standbyOf(senderEnd)).blind();

        assertThat(isReady(node)).isEqualTo(ready);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1048576, true", "1048577, false"})
    void aReplicaMayBeBehindAsFarAsForAFailover(long bytes, boolean ready) {
        Map<String, String> entries = Orders.entries();
        entries.put("status", "{\"optime\":" + (Orders.POSITION.value() + bytes) + "}");

        assertThat(isReady(new FakeNode("pg-b").entries(entries))).isEqualTo(ready);
    }

    @ParameterizedTest
    @CsvSource({"apply, false", "write, true", "'', false"})
    void theLagCountsWhatIsReplayedOrWhatIsReceived(String mode, boolean ready) {
        Lsn replayed = new Lsn(Orders.POSITION.value() - 1000);
        FakeNode node = new FakeNode("pg-b").server(Orders.standbyThatReplayed(replayed));

        assertThat(Probes.isReady(Map.of("lag", "999", "mode", mode), NodeFacts.of(node, node.databaseNow())))
                .isEqualTo(ready);
    }

    private static boolean isReady(FakeNode node) {
        return Probes.isReady(Map.of(), NodeFacts.of(node, node.databaseNow()));
    }
}
