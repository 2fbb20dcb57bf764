package dev.regent.ha.spi;

import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;

/** What a peer said of itself when it was asked, or that it said nothing. Immutable. */
public sealed interface PeerStatus {
    /**
     * What the peer said.
     *
     * @param watchdogFailed the peer needs a watchdog to lead and has none that works
     * @param barred this node's election policy does not let the peer lead; not said by the peer, but concluded here
     */
    record Answer(boolean inRecovery, WalPosition wal, Tags tags, boolean watchdogFailed, boolean barred)
            implements PeerStatus {
        public Answer(boolean inRecovery, WalPosition wal, Tags tags, boolean watchdogFailed) {
            this(inRecovery, wal, tags, watchdogFailed, false);
        }

        /** Whether the peer may lead at all, however far it is. */
        public boolean mayLead() {
            return inRecovery && !tags.nofailover() && !watchdogFailed && !barred;
        }

        /** The same answer of one that may not lead. */
        public Answer withBar() {
            return new Answer(inRecovery, wal, tags, watchdogFailed, true);
        }
    }

    record Silent(String why) implements PeerStatus {}
}
