package dev.regent.postgres;

import dev.regent.ha.model.Address;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.model.Upstream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a server that is not a member how it is, over the replication protocol: whoever may stream from it may ask. Of several
 * addresses all are asked at once, each on a thread of its own, since hosts that have gone may keep one waiting for longer than
 * the caller can. Thread-safe.
 */
final class RemoteProbe implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteProbe.class);

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** Two questions to a cluster of the largest usual size. */
    private static final int MOST_THREADS = 16;

    private final Login login;
    private final ThreadPoolExecutor threads;

    RemoteProbe(Login login) {
        this.login = login;
        this.threads = new ThreadPoolExecutor(0, MOST_THREADS, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), task -> {
            Thread created = new Thread(task, "regent-remote-probe");
            created.setDaemon(true);
            return created;
        });
    }

    /** What it says; of several the first that accepts writes, or else any. Absent when none is heard in time. */
    Optional<RemoteStatus> ask(Upstream remote) {
        CompletionService<RemoteStatus> questions = new ExecutorCompletionService<>(threads);
        int asked = 0;
        try {
            for (Address address : remote.addresses()) {
                var question = questions.submit(() -> question(new Upstream(remote.name(), address)));
                asked += question.isCancelled() ? 0 : 1;
            }
        } catch (RejectedExecutionException tooMany) {
            LOG.debug("Earlier questions to {} have not been answered", remote);
        }
        return best(remote, questions, asked);
    }

    private static Optional<RemoteStatus> best(Upstream remote, CompletionService<RemoteStatus> questions, int asked) {
        long asking = Poll.now();
        Optional<RemoteStatus> any = Optional.empty();
        for (int i = 0; i < asked; i++) {
            Optional<RemoteStatus> answer = next(remote, questions, PATIENCE.minus(Poll.since(asking)));
            if (answer.filter(status -> !status.inRecovery()).isPresent()) {
                return answer;
            }
            any = any.or(() -> answer);
        }
        return any;
    }

    private static Optional<RemoteStatus> next(
            Upstream remote, CompletionService<RemoteStatus> questions, Duration patience) {
        try {
            Future<RemoteStatus> answer = questions.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            return answer == null ? Optional.empty() : Optional.of(answer.get());
        } catch (ExecutionException failed) {
            LOG.debug("{} does not say how it is", remote, failed.getCause());
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
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
        threads.shutdownNow();
    }
}
