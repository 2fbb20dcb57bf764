package dev.regent.agent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands records to the thread that writes them: standard error may be a full pipe, a file on a slow disk, and the loop must
 * not wait for either. What finds the queue full is lost, and counted. Thread-safe.
 */
final class LogQueue extends UnsynchronizedAppenderBase<ILoggingEvent> {
    /** As long as an end in good order waits for a writer that hangs. */
    private static final Duration LAST_WRITES = Duration.ofSeconds(2);

    /** Comes last, and is not written. */
    private static final ILoggingEvent END = new LoggingEvent();

    private final BlockingQueue<ILoggingEvent> queue;
    private final LineWriter lines;
    private final Logger own;
    private final AtomicLong lost = new AtomicLong();
    private final Thread writer = new Thread(this::write, "regent-log");

    LogQueue(int size, LineWriter lines, Logger own) {
        this.queue = new ArrayBlockingQueue<>(size);
        this.lines = lines;
        this.own = own;
        writer.setDaemon(true);
    }

    @Override
    public void start() {
        super.start();
        writer.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        if (lines.needsCaller()) {
            event.getCallerData();
        }
        if (!queue.offer(event)) {
            lost.incrementAndGet();
        }
    }

    private void write() {
        try {
            for (ILoggingEvent event = queue.take(); event != END; event = queue.take()) {
                lines.write(event);
                tellOfLosses();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellOfLosses() {
        long count = lost.getAndSet(0);
        if (count > 0) {
            String message = "QueueHandler has lost " + count + " log records";
            lines.write(new LoggingEvent(LogQueue.class.getName(), own, Level.WARN, message, null, new Object[0]));
        }
    }

    /** Lines that wait to be written. */
    int size() {
        return queue.size();
    }

    /** Lines that found no place since that was last told. */
    long lost() {
        return lost.get();
    }

    @Override
    public void stop() {
        close();
    }

    /** Writes what is queued; false when that was not possible within seconds. Once closed it stays so. */
    boolean close() {
        if (!isStarted()) {
            return true;
        }
        super.stop();
        try {
            boolean told = queue.offer(END, LAST_WRITES.toMillis(), TimeUnit.MILLISECONDS);
            writer.join(LAST_WRITES.toMillis());
            lines.close();
            return told && !writer.isAlive();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
