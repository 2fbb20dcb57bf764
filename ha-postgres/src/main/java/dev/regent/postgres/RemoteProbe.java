package dev.regent.postgres;

import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.model.Upstream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a server that is not a member how it is, over the replication protocol: whoever may stream from it may ask. One
 * question at a time, on a thread of its own, since hosts that have gone may keep it waiting for longer than a caller can.
 * Thread-safe.
 */
final class RemoteProbe implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteProbe.class);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Login login;
    private final ThreadPoolExecutor thread;

    RemoteProbe(Login login) {
        this.login = login;
        this.thread = new ThreadPoolExecutor(0, 1, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), task -> {
            Thread created = new Thread(task, "regent-remote-probe");
            created.setDaemon(true);
            return created;
        });
    }

    /** What it says; absent when it is not heard in time, or an earlier question is still on its way. */
    Optional<RemoteStatus> ask(Upstream remote) {
        try {
            Future<RemoteStatus> answer = thread.submit(() -> question(remote));
            return Optional.of(answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException failed) {
            LOG.debug("{} does not say how it is", remote, failed.getCause());
        } catch (TimeoutException | RejectedExecutionException silent) {
            LOG.debug("{} has not answered within {}", remote, PATIENCE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    private RemoteStatus question(Upstream remote) throws SQLException {
        try (Connection connection = login.forReplication(remote, PATIENCE);
                Statement statement = connection.createStatement()) {
            boolean inRecovery = answer(statement, "SHOW transaction_read_only", "transaction_read_only")
                    .equals("on");
            String systemId = answer(statement, "IDENTIFY_SYSTEM", "systemid");
            int timeline = Integer.parseInt(answer(statement, "IDENTIFY_SYSTEM", "timeline"));
            String history = timeline == 1 ? "" : answer(statement, "TIMELINE_HISTORY " + timeline, "content");
            return new RemoteStatus(systemId, inRecovery, timeline, TimelineHistory.parse(history));
        }
    }

    private static String answer(Statement statement, String command, String column) throws SQLException {
        try (ResultSet row = statement.executeQuery(command)) {
            row.next();
            return String.valueOf(row.getString(column));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
