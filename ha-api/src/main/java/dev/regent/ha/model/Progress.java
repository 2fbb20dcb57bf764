package dev.regent.ha.model;

import java.util.Optional;

/**
 * How far long work on a server's data has come. Immutable.
 *
 * @param what is being done, for people: {@code basebackup} for example
 * @param bytes how much is done
 * @param total how much there is to do, as far as that is known; it may grow while the work goes on
 * @param bytesPerSecond how fast it went lately
 */
public record Progress(String what, long bytes, Optional<Long> total, long bytesPerSecond) {
    private static final int ALL = 100;
    private static final long UNIT = 1024;
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

    /** From 0 to 100; absent while nobody knows how much there is to do. */
    public Optional<Integer> percent() {
        return total.filter(all -> all > 0).map(all -> (int) Math.min(ALL, bytes * (double) ALL / all));
    }

    /** {@code 12% of 34 GB, 56 MB/s}, or without a total {@code 4 GB, 56 MB/s}. */
    public String text() {
        String amount = total.isPresent() && percent().isPresent()
                ? percent().get() + "% of " + size(total.get())
                : size(bytes);
        return amount + ", " + size(bytesPerSecond) + "/s";
    }

    private static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= UNIT && unit < UNITS.length - 1) {
            value /= UNIT;
            unit++;
        }
        return Math.round(value) + " " + UNITS[unit];
    }
}
