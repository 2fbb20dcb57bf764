package dev.regent.ha.engine;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.NodeName;
import java.time.Duration;

/**
 * Until when this node surely leads: by its session, as the store has shown, or by the word of all members while the store does
 * not answer. The members' word only prolongs a leadership that has not ended: whoever was not sure for a moment may have been
 * replaced in it. Changed by the cycle's thread, read by any.
 */
final class Leadership {
    private final Ticker ticker;
    private volatile Duration bySession = Duration.ZERO;
    private volatile Duration byMembers = Duration.ZERO;

    Leadership(Ticker ticker) {
        this.ticker = ticker;
    }

    /** How long it surely lasts from now on, zero when it does not. */
    Duration left() {
        return max(leftOf(bySession), leftOf(byMembers));
    }

    /** Whether it lasts longer by the members' word than by the session. */
    boolean isByMembers() {
        return leftOf(byMembers).compareTo(leftOf(bySession)) > 0;
    }

    /** The store has answered; true when it has confirmed the leadership for longer than was known. */
    boolean seen(ClusterView view, NodeName self, Duration keptUntil) {
        if (view.isSurelyLedBy(self)) {
            boolean renewed = keptUntil.compareTo(bySession) > 0;
            bySession = keptUntil;
            byMembers = Duration.ZERO;
            return renewed;
        }
        bySession = Duration.ZERO;
        if (!view.isVacant() && !view.isLedBy(self)) {
            byMembers = Duration.ZERO;
        }
        return false;
    }

    /** The session has ended in the store, and with it what was bound to it. */
    void sessionEnded() {
        bySession = Duration.ZERO;
    }

    /** All members let this node go on until then; false when it had already ceased to be sure. */
    boolean prolong(Duration until) {
        if (left().isZero()) {
            return false;
        }
        byMembers = max(byMembers, until);
        return true;
    }

    void end() {
        bySession = Duration.ZERO;
        byMembers = Duration.ZERO;
    }

    private Duration leftOf(Duration moment) {
        return max(moment.minus(ticker.read()), Duration.ZERO);
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
