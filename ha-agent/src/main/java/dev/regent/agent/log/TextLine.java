package dev.regent.agent.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import dev.regent.agent.config.LogSection;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A record as a line of text, by a format with placeholders such as {@code %(levelname)-8s}. Thread-safe. */
final class TextLine extends LayoutBase<ILoggingEvent> {
    static final Pattern PLACEHOLDER =
            Pattern.compile("%(?:%|\\((?<name>\\w+)\\)(?<flags>[-+0# ]*\\d*(?:\\.\\d+)?)" + "(?<kind>[sdifr]))");

    private final String format;
    private final Fields fields;
    private final boolean withTraces;

    TextLine(LogSection settings) {
        this.format = settings.format();
        this.fields = new Fields(settings.dateFormat());
        this.withTraces = settings.withTraces();
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder();
        Matcher placeholder = PLACEHOLDER.matcher(format);
        int done = 0;
        while (placeholder.find()) {
            line.append(format, done, placeholder.start()).append(value(placeholder, event));
            done = placeholder.end();
        }
        line.append(format, done, format.length());
        appendCause(line, event);
        return line.append('\n').toString();
    }

    private String value(Matcher placeholder, ILoggingEvent event) {
        String name = placeholder.group("name");
        if (name == null) {
            return "%";
        }
        Object value = fields.of(name, event).orElse("");
        return formatted(placeholder.group("flags"), placeholder.group("kind"), value);
    }

    /** What does not fit its flags is written without them: a log line must never fail. */
    private static String formatted(String flags, String kind, Object value) {
        if (flags.isEmpty() && !kind.equals("f")) {
            return value instanceof Double number && !kind.equals("s")
                    ? String.valueOf(number.longValue())
                    : value.toString();
        }
        try {
            return switch (kind) {
                case "d", "i" -> String.format(Locale.ROOT, "%" + flags + "d", ((Number) value).longValue());
                case "f" -> String.format(Locale.ROOT, "%" + flags + "f", ((Number) value).doubleValue());
                default -> String.format(Locale.ROOT, "%" + flags.replaceFirst("^[+0# ]+", "") + "s", value);
            };
        } catch (IllegalArgumentException | ClassCastException unfit) {
            return value.toString();
        }
    }

    private void appendCause(StringBuilder line, ILoggingEvent event) {
        if (event.getThrowableProxy() == null) {
            return;
        }
        if (withTraces) {
            line.append('\n')
                    .append(ThrowableProxyUtil.asString(event.getThrowableProxy())
                            .stripTrailing());
        } else {
            line.append(", DETAIL: '")
                    .append(event.getThrowableProxy().getClassName())
                    .append(": ")
                    .append(event.getThrowableProxy().getMessage())
                    .append('\'');
        }
    }
}
