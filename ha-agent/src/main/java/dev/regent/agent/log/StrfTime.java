package dev.regent.agent.log;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Map;

/** Times of day in the notation of C's {@code strftime}. */
final class StrfTime {
    private static final Map<Character, String> PATTERNS = Map.ofEntries(
            Map.entry('Y', "yyyy"),
            Map.entry('y', "yy"),
            Map.entry('m', "MM"),
            Map.entry('d', "dd"),
            Map.entry('e', "ppd"),
            Map.entry('j', "DDD"),
            Map.entry('H', "HH"),
            Map.entry('I', "hh"),
            Map.entry('M', "mm"),
            Map.entry('S', "ss"),
            Map.entry('p', "a"),
            Map.entry('a', "EEE"),
            Map.entry('A', "EEEE"),
            Map.entry('b', "MMM"),
            Map.entry('h', "MMM"),
            Map.entry('B', "MMMM"),
            Map.entry('z', "xx"),
            Map.entry('Z', "zzz"),
            Map.entry('F', "yyyy-MM-dd"),
            Map.entry('T', "HH:mm:ss"),
            Map.entry('R', "HH:mm"),
            Map.entry('D', "MM/dd/yy"));

    private StrfTime() {}

    /** What is no directive, or none that is known, stays as it is written. */
    static DateTimeFormatter formatter(String format) {
        DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder();
        boolean directive = false;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (directive) {
                append(builder, c);
                directive = false;
            } else if (c == '%') {
                directive = true;
            } else {
                builder.appendLiteral(c);
            }
        }
        return builder.toFormatter(Locale.ENGLISH).withZone(ZoneId.systemDefault());
    }

    private static void append(DateTimeFormatterBuilder builder, char directive) {
        String pattern = PATTERNS.get(directive);
        if (pattern != null) {
            builder.appendPattern(pattern);
        } else if (directive == '%') {
            builder.appendLiteral('%');
        } else {
            builder.appendLiteral("%" + directive);
        }
    }
}
