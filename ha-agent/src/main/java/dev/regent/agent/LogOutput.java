package dev.regent.agent;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Where this process writes what happens: to standard error, a line each. */
public final class LogOutput {
    private static final String FORMAT = "%d{\"yyyy-MM-dd HH:mm:ss,SSS\"} %level: %msg%n";
    private static final int QUEUE = 1000;
    /** Libraries tell of what they do; only what they complain of concerns an operator. */
    private static final List<String> LIBRARIES = List.of(
            "io.netty", "io.grpc", "io.vertx", "io.etcd", "org.eclipse.jetty", "org.apache.http", "org.postgresql");

    private LogOutput() {}

    /** From now on, for the whole process. */
    public static void toStandardError(Level level) {
        LoggerContext context = context();
        context.reset();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(queued(context, console(context)));
        if (level.equals(Level.INFO)) {
            LIBRARIES.forEach(library -> context.getLogger(library).setLevel(Level.WARN));
        }
    }

    /** Writes what is queued and ends. */
    public static void close() {
        context().stop();
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    private static Appender<ILoggingEvent> console(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(FORMAT);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        return console;
    }

    /** Standard error may be a slow disk or a full pipe; the loop must not wait for it. */
    private static Appender<ILoggingEvent> queued(LoggerContext context, Appender<ILoggingEvent> target) {
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setQueueSize(QUEUE);
        queue.setNeverBlock(true);
        queue.addAppender(target);
        queue.start();
        return queue;
    }
}
