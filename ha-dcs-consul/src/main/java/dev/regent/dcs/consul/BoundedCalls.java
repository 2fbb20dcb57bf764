package dev.regent.dcs.consul;

import dev.regent.ha.spi.DcsException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lets the caller of a request go when its time is over, whatever a name server, a trickling agent or a proxy does: socket
 * timeouts bound each silence, but not their sum.
 *
 * <p>Thread-safe.
 */
final class BoundedCalls implements AutoCloseable {
    /** The engine makes one call at a time; more threads only wait for the sockets of calls given up to time out. */
    private static final int MAX_THREADS = 8;

    private static final Duration IDLE_THREAD = Duration.ofSeconds(60);

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0, MAX_THREADS, IDLE_THREAD.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), BoundedCalls::thread);

    /** @param name of the call, for the message of the exception */
    Answer call(String name, Deadline deadline, Callable<Answer> call) throws DcsException {
        Future<Answer> answer;
        try {
            answer = threads.submit(call);
        } catch (RejectedExecutionException closedOrFull) {
            throw new DcsException(
                    name + ": not sent, "
                            + (threads.isShutdown() ? "closed" : MAX_THREADS + " earlier calls still hang"),
                    closedOrFull);
        }
        try {
            return answer.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new DcsException(name + ": no answer from Consul in time", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DcsException(name + ": interrupted while waiting for Consul", interrupted);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof DcsException known
                    ? known
                    : new DcsException(name + ": " + failed, failed);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "regent-consul-call");
        thread.setDaemon(true);
        return thread;
    }
}
