package dev.regent.rest;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A moment as people and tools write it in requests: ISO 8601 in its usual variants, a month by name, or only a time. */
final class ScheduleTime {
    private static final String TIME = "(\\d{1,2}):?(\\d{2})(?::?(\\d{2})(?:[.,](\\d{1,9}))?)?";
    private static final String ZONE = "\\s*([A-Za-z]{1,5}|[+-]\\d{1,2}(?::?\\d{2})?)?";
    private static final Pattern ISO = Pattern.compile("(\\d{4})-?(\\d{2})-?(\\d{2})[Tt\\s]\\s*" + TIME + ZONE);
    private static final Pattern MONTH_FIRST =
            Pattern.compile("([A-Za-z]{3,9})\\.?\\s+(\\d{1,2}),?\\s+(\\d{4}),?\\s+" + TIME + ZONE);
    private static final Pattern DAY_FIRST =
            Pattern.compile("(\\d{1,2})\\s+([A-Za-z]{3,9})\\.?,?\\s+(\\d{4}),?\\s+" + TIME + ZONE);
    private static final Pattern TIME_ONLY =
            Pattern.compile("(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?" + ZONE);

    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final int MONTH_LETTERS = 3;
    private static final int NANO_DIGITS = 9;
    private static final int ZONE_HOUR_DIGITS = 2;

    private ScheduleTime() {}

    /** Absent when the text names no time zone; throws when it is not a time. A time without a date is today's. */
    static Optional<OffsetDateTime> parse(String text, Clock clock) throws DateTimeException {
        String trimmed = text.trim();
        Matcher iso = ISO.matcher(trimmed);
        if (iso.matches()) {
            return at(date(iso.group(1), Integer.parseInt(iso.group(2)), iso.group(3)), iso, 4);
        }
        Matcher monthFirst = MONTH_FIRST.matcher(trimmed);
        if (monthFirst.matches()) {
            return at(date(monthFirst.group(3), month(monthFirst.group(1)), monthFirst.group(2)), monthFirst, 4);
        }
        Matcher dayFirst = DAY_FIRST.matcher(trimmed);
        if (dayFirst.matches()) {
            return at(date(dayFirst.group(3), month(dayFirst.group(2)), dayFirst.group(1)), dayFirst, 4);
        }
        Matcher timeOnly = TIME_ONLY.matcher(trimmed);
        if (timeOnly.matches()) {
            return at(LocalDate.now(clock), timeOnly, 1);
        }
        throw new DateTimeParseException("not a time", text, 0);
    }

    /** Reads the groups hour, minute, second, fraction and zone, of which the first is given. */
    private static Optional<OffsetDateTime> at(LocalDate date, Matcher parts, int first) {
        LocalTime time = LocalTime.of(
                number(parts.group(first)),
                number(parts.group(first + 1)),
                parts.group(first + 2) == null ? 0 : number(parts.group(first + 2)),
                parts.group(first + 3) == null ? 0 : nanos(parts.group(first + 3)));
        return Optional.ofNullable(parts.group(first + 4))
                .flatMap(ScheduleTime::zone)
                .map(zone -> OffsetDateTime.of(date, time, zone));
    }

    private static LocalDate date(String year, int month, String day) {
        return LocalDate.of(number(year), month, number(day));
    }

    private static int month(String name) {
        return 1 + MONTHS.indexOf(name.substring(0, MONTH_LETTERS).toLowerCase(Locale.ROOT));
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }

    private static int nanos(String digits) {
        return number(digits + "0".repeat(NANO_DIGITS - digits.length()));
    }

    /** Abbreviations other than those of universal time mean different things to different people: no zone. */
    private static Optional<ZoneOffset> zone(String text) {
        if (Character.isLetter(text.charAt(0))) {
            return switch (text.toUpperCase(Locale.ROOT)) {
                case "Z", "UTC", "GMT" -> Optional.of(ZoneOffset.UTC);
                default -> Optional.empty();
            };
        }
        String digits = text.substring(1).replace(":", "");
        int hourDigits = Math.min(digits.length() % 2 == 0 ? ZONE_HOUR_DIGITS : 1, digits.length());
        int sign = text.charAt(0) == '-' ? -1 : 1;
        int hours = number(digits.substring(0, hourDigits));
        int minutes = digits.length() > hourDigits ? number(digits.substring(hourDigits)) : 0;
        return Optional.of(ZoneOffset.ofHoursMinutes(sign * hours, sign * minutes));
    }
}
