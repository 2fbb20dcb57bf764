package dev.regent.postgres;

import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the local server short questions, on one connection that it keeps, in a thread that nobody waits for longer than
 * they want to. Thread-safe.
 */
final class Probe implements AutoCloseable {
    /**
     * A question to the server.
     *
     * @param <T> the answer
     */
    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    /** More questions than this at once come from a caller gone wild. */
    private static final int MOST_WAITING = 16;

    /** Ends the thread's wait for a server that has stopped answering; callers have left long before. */
    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(1);

    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(2);

    private static final String CONNECTION_ERROR = "08";
    private static final String SERVER_ENDS_SESSION = "57P";

    private final Login login;
    private final IntSupplier port;
    private final ThreadPoolExecutor thread;
    private volatile @Nullable Connection connection;

    Probe(Login login, IntSupplier port) {
        this.login = login;
        this.port = port;
        this.thread =
                new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                    Thread created = new Thread(task, "regent-probe");
                    created.setDaemon(true);
                    return created;
                });
    }

    /** The answer, or why there is none. The server may answer later what is no longer waited for. */
    <T> T ask(Duration patience, Question<T> question) throws SQLException, InterruptedException {
        Future<T> answer;
        try {
            answer = thread.submit(() -> answer(question));
        } catch (RejectedExecutionException tooMany) {
            throw new SQLException("the server has not answered earlier questions", CONNECTION_ERROR, tooMany);
        }
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException silent) {
            answer.cancel(false);
            throw new SQLException("no answer within " + patience.toMillis() + " ms", CONNECTION_ERROR, silent);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SQLException sql) {
                throw sql;
            }
            throw new IllegalStateException("asking the server failed", failed.getCause());
        }
    }

    /** Forgets the connection, so that the next question does not first fail on the one to an earlier server. */
    void reset() {
        try {
            thread.execute(this::disconnect);
        } catch (RejectedExecutionException busy) {
            // Then it has failed by itself
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException gone) {
                // It is no longer needed
            }
        }
    }

    private <T> T answer(Question<T> question) throws SQLException {
        Connection reused = connection;
        if (reused != null) {
            try {
                return question.ask(reused);
            } catch (SQLException failed) {
                if (!hasLostConnection(failed)) {
                    throw failed;
                }
                disconnect();
                if (failed.getCause() instanceof SocketTimeoutException) {
                    // It would most likely be silent on a new connection too, and hold up the next question
                    throw failed;
                }
            }
        }
        return onNewConnection(question);
    }

    private <T> T onNewConnection(Question<T> question) throws SQLException {
        Connection opened = login.local(port.getAsInt(), STATEMENT_LIMIT, SILENCE_LIMIT);
        connection = opened;
        try {
            return question.ask(opened);
        } catch (SQLException failed) {
            if (hasLostConnection(failed)) {
                disconnect();
            }
            throw failed;
        }
    }

    private void disconnect() {
        Connection old = connection;
        connection = null;
        if (old != null) {
            try {
                old.abort(Runnable::run);
            } catch (SQLException gone) {
                // There is nothing left to close
            }
        }
    }

    /** Whether the server has not answered, not even that it cannot. */
    static boolean hasLostConnection(SQLException failed) {
        String state = failed.getSQLState();
        return state == null || state.startsWith(CONNECTION_ERROR) || state.startsWith(SERVER_ENDS_SESSION);
    }
}
