package dev.regent.testkit.ledger;

import java.time.Duration;

/** The longest time during which no write was acknowledged: from the last answer before to the first one after. Immutable. */
public record WriteGap(Duration length, Acknowledged before, Acknowledged after) {
    /** Whether writing went on at another server. */
    public boolean changedServer() {
        return !before.url().equals(after.url());
    }

    @Override
    public String toString() {
        return length.toMillis() + " ms";
    }
}
