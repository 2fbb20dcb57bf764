package dev.regent.dcs.etcd;

import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Subscription;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a watch stream open to the endpoint in use and asks that endpoint every few seconds whether it lives, since a
 * frozen one just falls silent. Everything but the stream's own events happens on the timer thread.
 */
final class EtcdWatch implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);

    /**
     * Together with the time that a probe may take, this is how long a frozen endpoint goes unnoticed. Probes are most of what
     * a node at rest does, and it takes two failures at once to need them.
     */
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(3);

    private static final Duration LONGEST_PROBE = Duration.ofSeconds(1);

    /** Between two streams of which the first never came to be; a stream that lived is replaced at once. */
    private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

    /** After etcd has refused the watch, for example for lack of a permission: that takes a person to change. */
    private static final Duration REFUSAL_PAUSE = Duration.ofSeconds(5);

    private final Calls calls;
    private final EtcdKeys keys;
    private final Connections connections;
    private final LoginTokens tokens;
    private final ScheduledExecutorService timer;
    private final Runnable onChange;
    private final AtomicBoolean callbackDue = new AtomicBoolean();
    private volatile boolean closed;
    private Optional<WatchStream> stream = Optional.empty();
    private boolean refused;

    EtcdWatch(
            Calls calls,
            EtcdKeys keys,
            Connections connections,
            LoginTokens tokens,
            ScheduledExecutorService timer,
            Runnable onChange) {
        this.calls = calls;
        this.keys = keys;
        this.connections = connections;
        this.tokens = tokens;
        this.timer = timer;
        this.onChange = onChange;
    }

    void start() {
        later(Duration.ZERO, this::connect);
    }

    @Override
    public void close() {
        closed = true;
        later(Duration.ZERO, () -> stream.ifPresent(WatchStream::cancel));
    }

    /** Does the step on the timer thread; a step that fails by a bug must not end the watch. */
    private void later(Duration pause, Runnable step) {
        var unused = timer.schedule(() -> doSafely(step), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void doSafely(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException bug) {
            LOG.error("The watch on etcd failed and is opened anew", bug);
            stream.ifPresent(WatchStream::cancel);
            stream = Optional.empty();
            later(REFUSAL_PAUSE, this::connect);
        }
    }

    private void connect() {
        if (closed) {
            return;
        }
        try {
            connectTo(connections.current());
        } catch (DcsException closedMeanwhile) {
            LOG.debug("Opens no watch any more", closedMeanwhile);
        }
    }

    private void connectTo(Connection connection) {
        try {
            Optional<String> token = tokens.token(
                    Attempt.until(probeDeadline(), Optional.empty()).over(connection.channel()));
            WatchStream opened = new WatchStream(connection, Attempt.withoutEnd(token));
            stream = Optional.of(opened);
            opened.open(keys, new Events(opened));
            probeLater(opened);
        } catch (StatusRuntimeException failed) {
            retryAfter(connection, failed.getStatus(), false);
        }
    }

    private void lost(WatchStream watched, Status status) {
        if (stream.filter(watched::equals).isEmpty()) {
            return;
        }
        stream = Optional.empty();
        watched.cancel();
        retryAfter(watched.connection(), status, watched.isEstablished());
    }

    private void retryAfter(Connection connection, Status status, boolean wasEstablished) {
        if (closed) {
            return;
        }
        Failure failure = Failure.of(status);
        switch (failure.kind()) {
            case NO_ANSWER -> connections.failed(connection, failure.why());
            case LOGIN_EXPIRED, REFUSED -> tokens.forget();
            case ASK_AGAIN -> LOG.debug("Opens the watch again: {}", failure.why());
        }
        boolean isRefused = failure.kind() == Failure.Kind.REFUSED;
        if (isRefused && !refused) {
            LOG.warn(
                    "etcd at {} refuses the watch, changes will be noticed late: {}",
                    connection.endpoint(),
                    failure.why());
        }
        refused = isRefused;
        Duration pause = isRefused ? REFUSAL_PAUSE : wasEstablished ? Duration.ZERO : RETRY_PAUSE;
        later(pause, this::connect);
    }

    private void probeLater(WatchStream watched) {
        later(PROBE_INTERVAL, () -> probe(watched));
    }

    private void probe(WatchStream watched) {
        if (closed || stream.filter(watched::equals).isEmpty()) {
            return;
        }
        if (!watched.isEstablished()) {
            lost(watched, Status.UNAVAILABLE.withDescription("it did not open the watch in time"));
            return;
        }
        if (!connections.isCurrent(watched.connection())) {
            lost(watched, Status.ABORTED.withDescription("requests go to another endpoint now"));
            return;
        }
        Attempt attempt = Attempt.until(probeDeadline(), tokens.known());
        // Serializable: asks this member alone, which may well live while etcd has no leader.
        KVGrpc.newStub(attempt.over(watched.connection().channel()))
                .range(keys.countOfNothing().setSerializable(true).build(), new ProbeAnswer(watched));
    }

    private Deadline probeDeadline() {
        Duration share = calls.share();
        Duration longest = share.compareTo(LONGEST_PROBE) < 0 ? share : LONGEST_PROBE;
        return Deadline.after(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void callBackSoon() {
        if (callbackDue.compareAndSet(false, true)) {
            later(Duration.ZERO, this::callBack);
        }
    }

    private void callBack() {
        callbackDue.set(false);
        if (closed) {
            return;
        }
        try {
            onChange.run();
        } catch (RuntimeException failed) {
            LOG.error("The callback of a watch failed; it is expected to return at once and not to throw", failed);
        }
    }

    /** What the stream says, on the I/O thread. */
    private final class Events implements WatchStream.Listener {
        private final WatchStream watched;

        Events(WatchStream watched) {
            this.watched = watched;
        }

        @Override
        public void onResponse(WatchResponse response) {
            if (response.getCanceled()) {
                String why = response.getCancelReason();
                onEnd(why.isEmpty() ? Status.ABORTED : Status.PERMISSION_DENIED.withDescription(why));
                return;
            }
            // Also when the stream has just opened: whatever happened before went unseen.
            if (response.getCreated() || response.getEventsCount() > 0) {
                callBackSoon();
            }
        }

        @Override
        public void onEnd(Status status) {
            later(Duration.ZERO, () -> lost(watched, status));
        }
    }

    /** Whether the endpoint lives, heard on the I/O thread. */
    private final class ProbeAnswer implements StreamObserver<RangeResponse> {
        private final WatchStream watched;

        ProbeAnswer(WatchStream watched) {
            this.watched = watched;
        }

        @Override
        public void onNext(RangeResponse alive) {}

        @Override
        public void onError(Throwable failed) {
            Status status = Status.fromThrowable(failed);
            if (Failure.of(status).kind() == Failure.Kind.NO_ANSWER) {
                later(Duration.ZERO, () -> lost(watched, status));
            } else {
                later(Duration.ZERO, () -> probeLater(watched)); // a refusal is a sign of life
            }
        }

        @Override
        public void onCompleted() {
            later(Duration.ZERO, () -> probeLater(watched));
        }
    }
}
