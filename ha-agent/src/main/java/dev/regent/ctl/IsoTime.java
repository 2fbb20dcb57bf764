package dev.regent.ctl;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Optional;

/** Moments as text, in the forms that people type and that existing scripts parse. */
final class IsoTime {
    private static final int MICRO_DIGITS = 6;

    private static final DateTimeFormatter TO_THE_SECOND = formatter("uuuu-MM-dd'T'HH:mm:ssxxx");
    private static final DateTimeFormatter TO_THE_MICROSECOND = formatter("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx");

    /** A date, a time to the minute or finer, and an offset; date and offset may be left out. */
    private static final DateTimeFormatter TYPED = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("[uuuu-MM-dd['T'][' ']][uuuuMMdd'T'][HH:mm[:ss]][HHmmss]")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, MICRO_DIGITS, true)
            .optionalEnd()
            .appendPattern("[' '][xxx][xx][x]['Z']['UTC']")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private IsoTime() {}

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
    }

    /** With offset; a fraction of six digits unless it is zero. */
    static String text(OffsetDateTime time) {
        return (time.getNano() == 0 ? TO_THE_SECOND : TO_THE_MICROSECOND).format(time);
    }

    /** What a person means who types this at the given moment; a date or an offset that is missing is the moment's. */
    static Optional<OffsetDateTime> parse(String typed, ZonedDateTime now) {
        String text = typed.strip();
        try {
            TemporalAccessor parsed = TYPED.parse(text);
            LocalDate date = Optional.ofNullable(parsed.query(TemporalQueries.localDate()))
                    .orElse(now.toLocalDate());
            LocalDateTime local = LocalDateTime.of(date, LocalTime.from(parsed));
            boolean universal = text.toUpperCase(Locale.ROOT).matches(".*(Z|UTC)");
            if (universal) {
                return Optional.of(local.atOffset(ZoneOffset.UTC));
            }
            return Optional.of(
                    parsed.isSupported(ChronoField.OFFSET_SECONDS)
                            ? local.atOffset(ZoneOffset.ofTotalSeconds(parsed.get(ChronoField.OFFSET_SECONDS)))
                            : local.atZone(now.getZone()).toOffsetDateTime());
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }
}
