package dev.regent.ha.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerFacts;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.WalPosition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogGrowthTest {
    private final LogGrowth growth = new LogGrowth();

    @Test
    void itIsKnownFromTheSecondLookOnHowLongAgoTheLogGrew() {
        assertThat(seen(ServerState.STANDBY, 100, 10)).isEmpty();
        assertThat(seen(ServerState.STANDBY, 100, 11)).isEmpty();
        assertThat(seen(ServerState.STANDBY, 101, 12)).contains(Duration.ZERO);
        assertThat(seen(ServerState.STANDBY, 101, 19)).contains(Duration.ofSeconds(7));
    }

    @Test
    void aServerThatIsNoStandbyBeginsAnew() {
        seen(ServerState.STANDBY, 100, 10);
        seen(ServerState.STANDBY, 101, 11);

        assertThat(seen(ServerState.STARTING, 0, 12)).isEmpty();
        assertThat(seen(ServerState.STANDBY, 200, 13)).isEmpty();
    }

    private Optional<Duration> seen(ServerState state, long position, long seconds) {
        return growth.seen(status(state, position), Duration.ofSeconds(seconds));
    }

    private static DatabaseStatus status(ServerState state, long position) {
        return new DatabaseStatus(
                state,
                true,
                Optional.empty(),
                WalPosition.at(1, new Lsn(position)),
                List.of(),
                false,
                List.of(),
                "",
                Lsn.ZERO,
                Map.of(),
                true,
                List.of(),
                false,
                false,
                false,
                false,
                Duration.ZERO,
                ServerFacts.NONE,
                Optional.empty());
    }
}
