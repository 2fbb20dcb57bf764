package dev.regent.ha.spi;

/** What an entry must be for a write or a deletion of it to take place. */
public sealed interface Expected {
    Expected ABSENT = new Absent();
    Expected ANYTHING = new Anything();

    static Expected at(long revision) {
        return new At(revision);
    }

    /** The entry does not exist. */
    record Absent() implements Expected {}

    /** The entry exists and was last written at this revision. */
    record At(long revision) implements Expected {}

    /** No condition. */
    record Anything() implements Expected {}
}
