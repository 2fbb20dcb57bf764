package dev.regent.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs checkpoints, which may take minutes, on a connection of their own. At most one at a time. Thread-safe. */
final class Checkpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

    /** A server that lets nobody in in that time is not going to make a checkpoint either. */
    private static final Duration LOGIN_LIMIT = Duration.ofSeconds(3);

    private final Login login;
    private final IntSupplier port;
    private final Runnable onEnd;

    private CountDownLatch end = new CountDownLatch(0);
    private volatile @Nullable Connection connection;

    Checkpoint(Login login, IntSupplier port, Runnable onEnd) {
        this.login = login;
        this.port = port;
        this.onEnd = onEnd;
    }

    /** Begins one unless one is under way; how it ends is but logged. */
    void begin() {
        underWay();
    }

    /** Waits for its end, whatever it is; when interrupted it ends the checkpoint's session. */
    void run() throws InterruptedException {
        try {
            // Where it fails, the shutdown that follows makes one anyway
            underWay().await();
        } catch (InterruptedException interrupted) {
            close();
            throw interrupted;
        }
    }

    private synchronized CountDownLatch underWay() {
        if (end.getCount() == 0) {
            CountDownLatch started = new CountDownLatch(1);
            end = started;
            Thread thread = new Thread(() -> run(started), "regent-checkpoint");
            thread.setDaemon(true);
            thread.start();
        }
        return end;
    }

    @Override
    public void close() {
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException gone) {
                // It is no longer needed
            }
        }
    }

    private void run(CountDownLatch ended) {
        try (Connection opened = login.local(port.getAsInt(), Duration.ZERO, LOGIN_LIMIT);
                Statement statement = opened.createStatement()) {
            connection = opened;
            opened.setNetworkTimeout(Runnable::run, 0);
            statement.execute("CHECKPOINT");
        } catch (SQLException failed) {
            LOG.info("A checkpoint failed: {}", failed.getMessage());
        } finally {
            connection = null;
            ended.countDown();
            onEnd.run();
        }
    }
}
