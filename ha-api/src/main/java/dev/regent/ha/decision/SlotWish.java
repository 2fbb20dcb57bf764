package dev.regent.ha.decision;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.SlotKind;

/**
 * A replication slot that a server is to have. Immutable.
 *
 * @param position where it is on the server that leads, as far as that is known, else zero
 */
record SlotWish(SlotKind kind, Lsn position, Use use) {
    /** Whether somebody is expected to use it on this server. */
    enum Use {
        /** It moves when it is used, and holds WAL while it is not. */
        HERE,
        /** It is used elsewhere, and is kept here for the time after a failover. */
        ELSEWHERE,
        /** Its member is gone, and may come back. */
        UNKNOWN
    }
}
