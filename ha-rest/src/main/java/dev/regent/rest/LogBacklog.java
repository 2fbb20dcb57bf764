package dev.regent.rest;

/**
 * What a program has not written to its log yet. Immutable.
 *
 * @param queued lines that wait to be written
 * @param lost lines that found no place since that was last told in the log
 */
public record LogBacklog(int queued, long lost) {
    public static final LogBacklog NONE = new LogBacklog(0, 0);

    /** Fewer are just on their way. */
    private static final int WORTH_TELLING = 3;

    boolean isWorthTelling() {
        return queued >= WORTH_TELLING;
    }
}
