package dev.regent.ha.engine;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Remembers when a standby's log was last seen to grow. */
final class LogGrowth {
    private @Nullable Lsn furthest;
    private @Nullable Duration grewAt;

    /** How long ago it was seen to; absent when it never was, or the server is no running standby. */
    Optional<Duration> seen(DatabaseStatus database, Duration time) {
        if (!database.is(ServerState.STANDBY)) {
            furthest = null;
            grewAt = null;
            return Optional.empty();
        }
        Lsn position = database.wal().position();
        if (furthest != null && position.isAfter(furthest)) {
            grewAt = time;
        }
        furthest = position;
        return Optional.ofNullable(grewAt).map(time::minus);
    }
}
