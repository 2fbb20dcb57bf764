package dev.regent.rest;

import dev.regent.ha.NodeStatus;
import dev.regent.ha.engine.Ticker;
import dev.regent.ha.model.DatabaseStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The server's status for requests. Health checks come in bursts from every load balancer and must not become a storm of
 * queries, so they share one status until it is {@link #FRESH} old; a look of the node itself counts as well, and because
 * the node looks at once after a promotion or a stop, such a change is seen within milliseconds. One thread asks the
 * server; health checks wait until it was asked {@link #PATIENCE} ago, so that a server that hangs holds none of them up
 * for longer. Elections ask for {@link #now()}. Thread-safe.
 */
final class LiveDatabase {
    static final Duration FRESH = Duration.ofMillis(50);
    static final Duration PATIENCE = Duration.ofMillis(100);
    private static final long THREAD_IDLE_SECONDS = 10;

    private record Look(DatabaseStatus status, Duration at) {}

    private record Question(CompletableFuture<DatabaseStatus> answer, Duration askedAt) {}

    private final NodeView node;
    private final Ticker ticker;
    private final Duration patience;
    private final ThreadPoolExecutor thread;
    private volatile @Nullable Look last;
    private volatile @Nullable Question question;

    LiveDatabase(NodeView node, Ticker ticker) {
        this(node, ticker, PATIENCE);
    }

    LiveDatabase(NodeView node, Ticker ticker, Duration patience) {
        this.node = node;
        this.ticker = ticker;
        this.patience = patience;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                THREAD_IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(1),
                task -> DaemonThreads.named("regent-rest-look", task));
        thread.allowCoreThreadTimeOut(true);
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
        Question open = openQuestion();
        try {
            return open.answer().get(patienceLeft(open).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException itHangs) {
            return lastKnown();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return lastKnown();
        } catch (ExecutionException bug) {
            throw new IllegalStateException("the server could not be asked", bug.getCause());
        }
    }

    /** The one that is being asked already, or a new one. */
    private synchronized Question openQuestion() {
        Question open = question;
        if (open != null && (!open.answer().isDone() || fresh().isPresent())) {
            return open;
        }
        Question asked = new Question(new CompletableFuture<>(), ticker.read());
        question = asked;
        thread.execute(() -> answer(asked.answer()));
        return asked;
    }

    private void answer(CompletableFuture<DatabaseStatus> answer) {
        try {
            answer.complete(now());
        } catch (RuntimeException bug) {
            answer.completeExceptionally(bug);
        }
    }

    private Duration patienceLeft(Question open) {
        Duration left = patience.minus(ticker.read().minus(open.askedAt()));
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
