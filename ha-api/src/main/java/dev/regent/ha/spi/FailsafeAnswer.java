package dev.regent.ha.spi;

import dev.regent.ha.model.Lsn;
import java.time.Duration;
import java.util.Optional;

/** What a member says to a primary that wants to go on although the store does not answer. Immutable. */
public sealed interface FailsafeAnswer {
    /**
     * The member lets it: its own server will not open for writes before the pledge has run out, counted from when the
     * primary's request was sent.
     *
     * @param pledgedFor absent when the member did not say; then it is the cluster's time to live
     * @param position how far the member's log reaches, if it said so
     */
    record Accepted(Optional<Duration> pledgedFor, Optional<Lsn> position) implements FailsafeAnswer {}

    /** The member does not, or has not answered in time. */
    record Refused(Ground ground, String why) implements FailsafeAnswer {}

    enum Ground {
        MODE_OFF,
        /** The member's own server may accept writes, or is about to. */
        MAY_WRITE,
        /** The member sees another leader, or may have won the leadership itself. */
        ANOTHER_LEADS,
        NO_ANSWER
    }
}
