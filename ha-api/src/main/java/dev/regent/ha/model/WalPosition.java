package dev.regent.ha.model;

import java.util.Optional;

/**
 * How far a server's write-ahead log reaches. {@code position} is what elections compare: flushed on a primary, the larger
 * of received and replayed on a standby; of a stopped server the location of the shutdown checkpoint, or of the minimum
 * recovery end if it was a standby, zero after a crash of a primary. Timeline 0 means unknown. Immutable.
 */
public record WalPosition(int timeline, Lsn position, Optional<Lsn> received, Optional<Lsn> replayed) {
    public static final WalPosition UNKNOWN = new WalPosition(0, Lsn.ZERO, Optional.empty(), Optional.empty());

    public static WalPosition at(int timeline, Lsn position) {
        return new WalPosition(timeline, position, Optional.empty(), Optional.empty());
    }

    public static WalPosition ofStandby(int timeline, Lsn received, Lsn replayed) {
        return new WalPosition(timeline, received.max(replayed), Optional.of(received), Optional.of(replayed));
    }

    public boolean isKnown() {
        return position.value() != 0;
    }
}
