package dev.regent.ha.model;

import java.util.Locale;

/** A position in the write-ahead log, in bytes from its beginning. Immutable. */
public record Lsn(long value) implements Comparable<Lsn> {
    public static final Lsn ZERO = new Lsn(0);

    private static final int HEX = 16;
    private static final int LOW_BITS = 32;

    /** Reads PostgreSQL's own notation, for example {@code 16/B374D848}. */
    public static Lsn parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("expected a WAL position such as 16/B374D848, found \"" + text + "\"");
        }
        long high = Long.parseLong(text.substring(0, slash), HEX);
        long low = Long.parseLong(text.substring(slash + 1), HEX);
        return new Lsn((high << LOW_BITS) | low);
    }

    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    /** How many bytes this position is ahead of the other; negative when it is behind. */
    public long minus(Lsn other) {
        return value - other.value;
    }

    public Lsn max(Lsn other) {
        return isAfter(other) ? this : other;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%X/%X", value >>> LOW_BITS, value & 0xFFFFFFFFL);
    }
}
