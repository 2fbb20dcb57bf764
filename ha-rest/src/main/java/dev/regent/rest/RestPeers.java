package dev.regent.rest;

import dev.regent.ha.engine.Ticker;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Peers;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks members over their HTTP API, all at once, each on a short-lived thread. An election is the moment when a fraction of
 * a second counts and the code has never run before: the JDK's HTTP client needs some 0.1 to 0.6 s for its first request,
 * plain sockets a few milliseconds. Connections are kept for the asks that follow within seconds. Thread-safe.
 */
public final class RestPeers implements Peers {
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(1);
    /** An election asks again and again within a second or two; after that nothing is asked for days. */
    private static final Duration KEPT_FOR = Duration.ofSeconds(5);

    private static final int MOST_THREADS = 32;
    private static final Duration THREAD_IDLE = Duration.ofSeconds(10);

    private final Ticker ticker;
    private final Duration longestAnswer;
    private final Supplier<SSLSocketFactory> tls;
    private final Map<URI, PeerConnection> idle = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads;
    private volatile boolean closed;

    public RestPeers() {
        this(LONGEST_ANSWER, () -> (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    /** What a connection to a member that speaks TLS is made with. */
    public RestPeers(Supplier<SSLSocketFactory> tls) {
        this(LONGEST_ANSWER, tls);
    }

    /** How long a member may take, and what a connection to a member that speaks TLS is made with. */
    public RestPeers(Duration longestAnswer, Supplier<SSLSocketFactory> tls) {
        this.ticker = Ticker.system();
        this.longestAnswer = longestAnswer;
        this.tls = tls;
        this.threads = new ThreadPoolExecutor(
                0,
                MOST_THREADS,
                THREAD_IDLE.toSeconds(),
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> DaemonThreads.named("regent-peers", task));
    }

    @Override
    public Map<NodeName, PeerStatus> ask(Collection<Member> members) {
        Deadline deadline = new Deadline(ticker, longestAnswer);
        Map<NodeName, Future<PeerStatus>> asked = new LinkedHashMap<>();
        members.forEach(member -> asked.put(member.name(), begin(member, deadline)));
        Map<NodeName, PeerStatus> answers = new LinkedHashMap<>();
        asked.forEach((name, answer) -> answers.put(name, awaited(answer, deadline)));
        return answers;
    }

    /** Asks one address. */
    PeerStatus ask(String url) {
        Deadline deadline = new Deadline(ticker, longestAnswer);
        return awaited(begin(url, deadline), deadline);
    }

    private Future<PeerStatus> begin(Member member, Deadline deadline) {
        return member.apiUrl()
                .map(url -> begin(url, deadline))
                .orElseGet(() -> CompletableFuture.completedFuture(new PeerStatus.Silent("it publishes no api_url")));
    }

    private Future<PeerStatus> begin(String url, Deadline deadline) {
        try {
            return threads.submit(() -> ask(url, deadline));
        } catch (RejectedExecutionException busyOrClosed) {
            return CompletableFuture.completedFuture(
                    new PeerStatus.Silent(MOST_THREADS + " questions are open already, or this node is closing"));
        }
    }

    private PeerStatus awaited(Future<PeerStatus> answer, Deadline deadline) {
        try {
            return answer.get(deadline.nanosLeft(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            return late();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new PeerStatus.Silent("the question was interrupted");
        } catch (ExecutionException failure) {
            return new PeerStatus.Silent(String.valueOf(failure.getCause()));
        }
    }

    private PeerStatus ask(String url, Deadline deadline) {
        try {
            URI uri = URI.create(url);
            return PeerAnswer.read(get(uri, deadline));
        } catch (SocketTimeoutException late) {
            return late();
        } catch (IOException | IllegalArgumentException failure) {
            return new PeerStatus.Silent(String.valueOf(failure.getMessage()));
        }
    }

    private PeerStatus late() {
        return new PeerStatus.Silent("no answer within " + longestAnswer.toMillis() + " ms");
    }

    private byte[] get(URI url, Deadline deadline) throws IOException {
        @Nullable PeerConnection kept = idle.remove(url);
        if (kept != null) {
            try {
                return get(kept, url, deadline);
            } catch (PeerConnection.Stale askAgain) {
                return get(PeerConnection.open(url, tls, deadline), url, deadline);
            }
        }
        return get(PeerConnection.open(url, tls, deadline), url, deadline);
    }

    private byte[] get(PeerConnection connection, URI url, Deadline deadline) throws IOException {
        try {
            byte[] body = connection.get(url, deadline);
            if (connection.isKeptAlive()) {
                keep(url, connection);
            }
            return body;
        } finally {
            if (!connection.isKeptAlive()) {
                connection.close();
            }
        }
    }

    private void keep(URI url, PeerConnection connection) {
        @Nullable PeerConnection other = idle.put(url, connection);
        if (other != null) {
            other.close();
        }
        CompletableFuture.delayedExecutor(KEPT_FOR.toSeconds(), TimeUnit.SECONDS, Runnable::run)
                .execute(() -> closeIfIdle(url, connection));
        if (closed) {
            closeIfIdle(url, connection);
        }
    }

    private void closeIfIdle(URI url, PeerConnection connection) {
        if (idle.remove(url, connection)) {
            connection.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
        idle.forEach(this::closeIfIdle);
    }
}
