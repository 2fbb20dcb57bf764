package dev.regent.agent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.regent.agent.config.LogSection;
import dev.regent.rest.LogBacklog;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Where the whole process logs to; replaced as a whole when the configuration changes. Thread-safe. */
public final class LogTarget {
    /**
     * Libraries tell of what they do, some of every byte; only what they complain of concerns an operator, unless one of them
     * is named in the configuration.
     */
    private static final List<String> LIBRARIES = List.of(
            "io.netty", "io.grpc", "io.vertx", "io.etcd", "org.eclipse.jetty", "org.apache.http", "org.postgresql");

    /** What existing configurations call the parts of an agent. */
    private static final Map<String, String> NAMES = Map.of(
            "patroni", "dev.regent",
            "patroni.ha", "dev.regent.ha",
            "patroni.api", "dev.regent.rest",
            "patroni.dcs", "dev.regent.dcs",
            "patroni.postgresql", "dev.regent.postgres",
            "patroni.watchdog", "dev.regent.ha.watchdog",
            "patroni.config", "dev.regent.agent.config");

    private static volatile Optional<LogQueue> current = Optional.empty();

    private LogTarget() {}

    /** From now on. What cannot be written to is an {@link IOException} for people, and leaves everything as it was. */
    public static synchronized void use(LogSection settings, Level level) throws IOException {
        LineWriter lines = LineWriter.open(settings);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        LogQueue queue =
                new LogQueue(settings.maxQueueSize(), lines, context.getLogger(LogTarget.class.getPackageName()));
        queue.setContext(context);
        queue.start();
        context.getLoggerList().stream()
                .filter(logger -> !logger.equals(root))
                .forEach(logger -> logger.setLevel(null));
        root.setLevel(level);
        if (Level.WARN.isGreaterOrEqual(level)) {
            LIBRARIES.forEach(library -> context.getLogger(library).setLevel(Level.WARN));
            // It complains of what clients send, so that anybody could fill a disk.
            context.getLogger("org.eclipse.jetty").setLevel(Level.ERROR);
        }
        settings.loggers()
                .forEach((name, own) ->
                        context.getLogger(NAMES.getOrDefault(name, name)).setLevel(level(own)));
        if (current.isEmpty()) {
            root.detachAndStopAllAppenders();
        }
        // The new one first: no line is lost in between
        root.addAppender(queue);
        current.ifPresent(old -> {
            root.detachAppender(old);
            old.close();
        });
        current = Optional.of(queue);
    }

    /** Writes what is queued and ends; false when it could not be written within seconds. */
    public static synchronized boolean close() {
        boolean written = current.map(LogQueue::close).orElse(true);
        current = Optional.empty();
        return written;
    }

    /** How far it is behind. */
    public static LogBacklog backlog() {
        return current.map(queue -> new LogBacklog(queue.size(), queue.lost())).orElse(LogBacklog.NONE);
    }

    /** In the words of configurations; the loudest is an error to us. */
    public static Level level(String name) {
        return switch (name) {
            case "WARNING" -> Level.WARN;
            case "FATAL", "CRITICAL" -> Level.ERROR;
            default -> Level.toLevel(name, Level.INFO);
        };
    }
}
