package dev.regent.dcs.etcd;

import dev.regent.ha.spi.DcsException;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Carries out requests within a limit, moving from an endpoint that does not answer to the next. Thread-safe.
 */
final class Calls implements AutoCloseable {
    /** One request, made of one or more gRPC calls over the channel given; throws what gRPC throws. */
    @FunctionalInterface
    interface Request<T> {
        T sendOver(Channel channel);
    }

    /** How many silent endpoints one call can sit through: with two of five members frozen the third still answers. */
    private static final int MOST_TRIES_IN_LIMIT = 3;

    /** Even a lone endpoint gets a second try on a fresh connection: the first one may be dead without a sign of it. */
    private static final int LEAST_TRIES_IN_LIMIT = 2;

    /** After all endpoints failed at once, for example refused the connection; doubled each time. */
    private static final long FIRST_PAUSE_MILLIS = 50;

    /** Short enough to find a restarted etcd soon, long enough not to wear it out with handshakes that fail. */
    private static final long LONGEST_PAUSE_MILLIS = 400;

    private static final double NANOS_PER_SECOND = 1e9;

    private final EtcdOptions options;
    private final Connections connections;
    private final LoginTokens tokens;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Duration limit;

    Calls(EtcdOptions options, Connections connections, LoginTokens tokens) {
        this.options = options;
        this.connections = connections;
        this.tokens = tokens;
        this.limit = options.callTimeout();
    }

    void limitTo(Duration timeout) {
        limit = timeout;
    }

    /** How long one endpoint may take to answer before the next one is asked. */
    Duration share() {
        int tries = Math.min(
                MOST_TRIES_IN_LIMIT,
                Math.max(LEAST_TRIES_IN_LIMIT, options.endpoints().size()));
        return limit.dividedBy(tries);
    }

    /** For requests that may be carried out more than once: tries every endpoint until one answers. */
    <T> T repeatable(String what, Request<T> request) throws DcsException {
        return new Call(what, true).carryOut(request);
    }

    /** For requests that must not be carried out twice: fails as soon as one was sent and its fate is unknown. */
    <T> T once(String what, Request<T> request) throws DcsException {
        return new Call(what, false).carryOut(request);
    }

    /** Ends pauses. */
    @Override
    public void close() {
        closed.countDown();
    }

    /** One call by one thread, with what it has found out so far. */
    private final class Call {
        private final String what;
        private final boolean repeatable;
        private final Duration allowed = limit;
        private final Deadline end = after(allowed);
        private final Map<URI, String> failures = new LinkedHashMap<>();
        private int failuresInRow;
        private long pauseMillis = FIRST_PAUSE_MILLIS;
        private boolean hasLoggedInAgain;

        Call(String what, boolean repeatable) {
            this.what = what;
            this.repeatable = repeatable;
        }

        <T> T carryOut(Request<T> request) throws DcsException {
            while (true) {
                Connection connection = connections.current();
                Deadline untilNext = deadlineOn(connection);
                Optional<Attempt> attempt = Optional.empty();
                Status status;
                try {
                    attempt = Optional.of(Attempt.until(untilNext, token(connection, untilNext)));
                    T answer = request.sendOver(attempt.get().over(connection.channel()));
                    connections.answered(connection);
                    return answer;
                } catch (StatusRuntimeException failed) {
                    status = failed.getStatus();
                }
                boolean sent =
                        attempt.filter(made -> made.mayHaveArrived(status)).isPresent();
                prepareNext(connection, status, sent);
            }
        }

        /** A write that was sent cannot be tried elsewhere, so on a live connection it gets all the time there is. */
        private Deadline deadlineOn(Connection connection) {
            return repeatable || !connection.isProven() ? after(share()).minimum(end) : end;
        }

        private Optional<String> token(Connection connection, Deadline deadline) {
            return tokens.token(Attempt.until(deadline, Optional.empty()).over(connection.channel()));
        }

        /** Returns when the request may be sent again. */
        private void prepareNext(Connection connection, Status status, boolean sent) throws DcsException {
            Failure failure = Failure.of(status);
            note(connection, failure, status);
            switch (failure.kind()) {
                case REFUSED -> throw refused(connection, failure, status);
                case LOGIN_EXPIRED -> {
                    tokens.forget();
                    if (hasLoggedInAgain) {
                        throw refused(connection, failure, status);
                    }
                    hasLoggedInAgain = true;
                }
                case ASK_AGAIN -> {
                    checkTimeLeft(status, sent);
                    pause(status);
                }
                case NO_ANSWER -> {
                    if (!Thread.currentThread().isInterrupted()) {
                        connections.failed(connection, failure.why());
                    }
                    checkTimeLeft(status, sent);
                    failuresInRow++;
                    if (failuresInRow % options.endpoints().size() == 0) {
                        pause(status);
                    }
                }
            }
        }

        /** The last try often runs out of time, which says less about the endpoint than what it did before. */
        private void note(Connection connection, Failure failure, Status status) {
            if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
                failures.putIfAbsent(connection.endpoint(), failure.why());
            } else {
                failures.put(connection.endpoint(), failure.why());
            }
        }

        private void checkTimeLeft(Status status, boolean sent) throws DcsException {
            if (end.isExpired() || Thread.currentThread().isInterrupted() || (sent && !repeatable)) {
                throw unanswered(status, sent);
            }
        }

        private void pause(Status status) throws DcsException {
            try {
                long millis = Math.min(pauseMillis, end.timeRemaining(TimeUnit.MILLISECONDS));
                pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
                if (closed.await(millis, TimeUnit.MILLISECONDS) || end.isExpired()) {
                    throw unanswered(status, false);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw unanswered(status, false);
            }
        }

        private DcsException refused(Connection connection, Failure failure, Status status) {
            return new DcsException(
                    "etcd at " + connection.endpoint() + " refused to " + what + ": " + failure.why(),
                    status.asRuntimeException());
        }

        private DcsException unanswered(Status status, boolean sent) {
            String tried = failures.entrySet().stream()
                    .map(failure -> failure.getKey() + ": " + failure.getValue())
                    .collect(Collectors.joining("; "));
            String fate = sent && !repeatable ? " Whether it took effect is unknown until the next read." : "";
            return new DcsException(
                    "etcd did not " + what + " within " + allowed.toNanos() / NANOS_PER_SECOND + " s (" + tried + ")."
                            + fate + " Check that etcd runs at these endpoints and has a leader, and that this host"
                            + " reaches them.",
                    status.asRuntimeException());
        }
    }

    private static Deadline after(Duration duration) {
        return Deadline.after(duration.toNanos(), TimeUnit.NANOSECONDS);
    }
}
