package dev.regent.agent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** What can be told of a log record, by the names that formats of configurations have for it. Thread-safe. */
final class Fields {
    private static final long STARTED_AT =
            ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
    private static final long PID = ProcessHandle.current().pid();
    private static final DateTimeFormatter USUAL =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS").withZone(ZoneId.systemDefault());
    private static final double MILLIS = 1000.0;

    private final DateTimeFormatter dates;

    Fields(Optional<String> dateFormat) {
        this.dates = dateFormat.map(StrfTime::formatter).orElse(USUAL);
    }

    /** Text, or a number; absent for a name that means nothing. */
    Optional<Object> of(String name, ILoggingEvent event) {
        return Optional.ofNullable(
                switch (name) {
                    case "asctime" -> dates.format(event.getInstant());
                    case "levelname" -> levelName(event.getLevel());
                    case "levelno" -> levelNumber(event.getLevel());
                    case "message" -> String.valueOf(event.getFormattedMessage());
                    case "name" -> event.getLoggerName();
                    case "module", "processName" -> name.equals("module") ? module(event) : "MainProcess";
                    case "filename", "pathname" -> caller(event).getFileName();
                    case "lineno" -> (long) caller(event).getLineNumber();
                    case "funcName" -> caller(event).getMethodName();
                    case "process" -> PID;
                    case "threadName" -> event.getThreadName();
                    case "thread" -> (long) event.getThreadName().hashCode();
                    case "created" -> event.getTimeStamp() / MILLIS;
                    case "msecs" -> (double) (event.getTimeStamp() % (long) MILLIS);
                    case "relativeCreated" -> (double) (event.getTimeStamp() - STARTED_AT);
                    default -> null;
                });
    }

    private static String module(ILoggingEvent event) {
        return event.getLoggerName().substring(event.getLoggerName().lastIndexOf('.') + 1);
    }

    private static StackTraceElement caller(ILoggingEvent event) {
        StackTraceElement[] callers = event.getCallerData();
        return callers.length == 0 ? new StackTraceElement("?", "?", "?", 0) : callers[0];
    }

    static String levelName(Level level) {
        return level.equals(Level.WARN) ? "WARNING" : level.toString();
    }

    private static long levelNumber(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> 40;
            case Level.WARN_INT -> 30;
            case Level.INFO_INT -> 20;
            default -> 10;
        };
    }
}
