package dev.regent.rest;

import dev.regent.ha.NodeStatus;
import dev.regent.ha.engine.Ticker;
import dev.regent.ha.model.DatabaseStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The server's status for requests. Health checks come in bursts from every load balancer and must not become a storm of
 * queries, so they share one status until it is {@link #FRESH} old; a look of the node itself counts as well, and because
 * the node looks at once after a promotion or a stop, such a change is seen within milliseconds. One request at a time asks
 * the server; the others wait until it was asked {@link #PATIENCE} ago, so that one that hangs does not hold all threads.
 * Elections ask for {@link #now()}. Thread-safe.
 */
final class LiveDatabase {
    static final Duration FRESH = Duration.ofMillis(50);
    static final Duration PATIENCE = Duration.ofMillis(100);

    private record Look(DatabaseStatus status, Duration at) {}

    private final NodeView node;
    private final Ticker ticker;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Look last;
    private volatile @Nullable Duration askingSince;

    LiveDatabase(NodeView node, Ticker ticker) {
        this.node = node;
        this.ticker = ticker;
    }

    /** Asked for after this call. */
    DatabaseStatus now() {
        Duration at = ticker.read();
        DatabaseStatus status = node.databaseNow();
        Look before = last;
        if (before == null || before.at().compareTo(at) < 0) {
            last = new Look(status, at);
        }
        return status;
    }

    /** Not older than {@link #FRESH}, unless the server does not answer at once. */
    DatabaseStatus recent() {
        Optional<DatabaseStatus> fresh = fresh();
        if (fresh.isPresent()) {
            return fresh.get();
        }
        try {
            if (!asking.tryLock(patienceLeft().toMillis(), TimeUnit.MILLISECONDS)) {
                return lastKnown();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return lastKnown();
        }
        try {
            Optional<DatabaseStatus> askedMeanwhile = fresh();
            askingSince = ticker.read();
            return askedMeanwhile.orElseGet(this::now);
        } finally {
            askingSince = null;
            asking.unlock();
        }
    }

    /** Counted from when the server was asked, so that one that hangs holds up the requests of a moment and no more. */
    private Duration patienceLeft() {
        Duration since = askingSince;
        Duration left = since == null ? PATIENCE : PATIENCE.minus(ticker.read().minus(since));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Optional<DatabaseStatus> fresh() {
        return youngest()
                .filter(look -> ticker.read().minus(look.at()).compareTo(FRESH) <= 0)
                .map(Look::status);
    }

    private DatabaseStatus lastKnown() {
        return youngest().map(Look::status).orElseGet(() -> DatabaseStatus.of(DatabaseStatus.ServerState.UNRESPONSIVE));
    }

    private Optional<Look> youngest() {
        // Age before status: if the node looks in between, what it saw only seems older than it is.
        Optional<Duration> age = node.sinceLastLook();
        Optional<NodeStatus> seen = node.status();
        Look own = last;
        if (age.isEmpty() || seen.isEmpty()) {
            return Optional.ofNullable(own);
        }
        Duration at = ticker.read().minus(age.get());
        return own != null && own.at().compareTo(at) >= 0
                ? Optional.of(own)
                : Optional.of(new Look(seen.get().database(), at));
    }
}
