package dev.regent.testkit.contract;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What was seen of some sessions from their opening to their expiry. Immutable.
 *
 * @param timeToLive what the store promised
 * @param silentGoneAfter from before a session was opened that was never renewed until it was seen to be gone
 * @param renewedGoneAfter from before the last renewal of a session until it was seen to be gone
 * @param renewals what each renewal answered
 * @param renewedAfterExpiry what a renewal answered after the session was gone
 * @param wroteAfterExpiry what a write answered after the session was gone
 * @param survivors the entries that were left when the silent session was gone
 * @param watchToldOfExpiry a watch called when the silent session was gone
 */
record SessionLives(
        Duration timeToLive,
        Duration silentGoneAfter,
        Duration renewedGoneAfter,
        List<Boolean> renewals,
        boolean renewedAfterExpiry,
        boolean wroteAfterExpiry,
        Set<String> survivors,
        boolean watchToldOfExpiry) {

    SessionLives {
        renewals = List.copyOf(renewals);
        survivors = Set.copyOf(survivors);
    }
}
