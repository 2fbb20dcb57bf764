package dev.regent.ha.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.decision.PossibleLoss;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerFacts;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.TimelineSwitch;
import dev.regent.ha.model.WalPosition;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final NodeName SELF = NodeName.of("n1");
    private static final NodeName OTHER = NodeName.of("n2");
    private static final OffsetDateTime NOW = OffsetDateTime.parse("2030-01-01T00:00:00Z");

    private static Optional<List<TimelineSwitch>> update(List<TimelineSwitch> stored, DatabaseStatus primary) {
        return History.update(stored, primary, SELF, NOW, 0);
    }

    private static TimelineSwitch ended(int timeline, long at) {
        return new TimelineSwitch(timeline, new Lsn(at), "promoted", Optional.empty(), Optional.empty());
    }

    private static TimelineSwitch signed(int timeline, long at, NodeName leader) {
        return new TimelineSwitch(timeline, new Lsn(at), "promoted", Optional.of(NOW), Optional.of(leader));
    }

    private static DatabaseStatus primaryOn(int timeline, TimelineSwitch... history) {
        return server(ServerState.PRIMARY, timeline, false, history);
    }

    private static DatabaseStatus standbyOn(int timeline, boolean streaming, TimelineSwitch... history) {
        return server(ServerState.STANDBY, timeline, streaming, history);
    }

    private static DatabaseStatus server(
            ServerState state, int timeline, boolean streaming, TimelineSwitch... history) {
        return new DatabaseStatus(
                state,
                state == ServerState.STANDBY,
                Optional.of("7000000000000000001"),
                WalPosition.at(timeline, new Lsn(9000)),
                List.of(),
                streaming,
                List.of(),
                "",
                Lsn.ZERO,
                Map.of(),
                true,
                List.of(history),
                false,
                true,
                false,
                false,
                Duration.ZERO,
                ServerFacts.NONE,
                Optional.empty());
    }

    @Test
    void aNewTimelineIsSignedByItsLeaderAndOlderOnesKeepTheirs() {
        List<TimelineSwitch> stored = List.of(signed(1, 1000, OTHER));

        assertThat(update(stored, primaryOn(3, ended(1, 1000), ended(2, 2000))))
                .contains(List.of(signed(1, 1000, OTHER), signed(2, 2000, SELF)));
    }

    @Test
    void whatTheNewLeaderMayLackStandsBehindTheReason() {
        PossibleLoss loss = new PossibleLoss(70, Optional.of(OTHER), Optional.of(Duration.ofSeconds(3)), true);

        List<TimelineSwitch> remarked =
                History.remarked(List.of(signed(1, 1000, OTHER), signed(2, 2000, SELF)), SELF, loss);

        assertThat(remarked)
                .extracting(TimelineSwitch::reason)
                .containsExactly(
                        "promoted",
                        "promoted; n1 may lack 70 bytes of WAL that n2 has, which may include acknowledged commits; its last"
                                + " replayed commit is 3 s old");
        assertThat(update(remarked, primaryOn(3, ended(1, 1000), ended(2, 2000))))
                .isEmpty();
    }

    @Test
    void whatIsStoredAlreadyIsNotWrittenAgain() {
        assertThat(update(List.of(signed(1, 1000, OTHER)), primaryOn(2, ended(1, 1000))))
                .isEmpty();
    }

    @Test
    void theLeaderOfAStandbyClusterTellsOfTheTimelineThatItFollows() {
        List<TimelineSwitch> own = List.of(signed(1, 1000, OTHER), signed(2, 2000, SELF));

        assertThat(History.followed(own, standbyOn(4, true, ended(1, 1000), ended(2, 2000), ended(3, 3000)), 0))
                .contains(List.of(signed(1, 1000, OTHER), signed(2, 2000, SELF), ended(3, 3000)));
        assertThat(History.followed(own, standbyOn(3, true, ended(1, 1000), ended(2, 2000)), 0))
                .isEmpty();
        assertThat(History.followed(own, standbyOn(4, true), 0))
                .as("its server has not heard of the history yet")
                .isEmpty();
    }

    @Test
    void anEarlierTimelineCountsOnlyWhileItIsReceived() {
        List<TimelineSwitch> stored = List.of(signed(1, 1000, OTHER), ended(2, 2000));

        assertThat(History.followed(stored, standbyOn(2, false, ended(1, 900)), 0))
                .isEmpty();
        assertThat(History.followed(stored, standbyOn(2, true, ended(1, 900)), 0))
                .contains(List.of(ended(1, 900)));
        assertThat(History.followed(stored, standbyOn(1, true), 0)).contains(List.of());
    }

    @Test
    void aTimelineThatAnotherPrimaryHadEndedElsewhereIsWrittenAnew() {
        assertThat(update(List.of(signed(1, 1500, OTHER)), primaryOn(2, ended(1, 1000))))
                .contains(List.of(signed(1, 1000, SELF)));
    }

    @Test
    void theNumberAfterTheLastEntryIsThePresentTimelineAlsoWhenOneWasSkipped() {
        List<TimelineSwitch> written =
                update(List.of(), primaryOn(4, ended(1, 1000), ended(2, 2000))).orElseThrow();

        assertThat(written).extracting(TimelineSwitch::timeline).containsExactly(1, 2, 3);
        assertThat(written.get(2).position()).isEqualTo(new Lsn(2000));
        assertThat(update(written, primaryOn(4, ended(1, 1000), ended(2, 2000))))
                .isEmpty();
    }
}
