package dev.regent.ha.spi;

import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;

/** What a peer said of itself when it was asked, or that it said nothing. Immutable. */
public sealed interface PeerStatus {
    /**
     * What the peer said.
     *
     * @param watchdogFailed the peer needs a watchdog to lead and has none that works
     */
    record Answer(boolean inRecovery, WalPosition wal, Tags tags, boolean watchdogFailed) implements PeerStatus {}

    record Silent(String why) implements PeerStatus {}
}
