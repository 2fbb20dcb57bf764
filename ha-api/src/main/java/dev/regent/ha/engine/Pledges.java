package dev.regent.ha.engine;

import dev.regent.ha.decision.Pledge;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.NodeName;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this node promises to a primary that goes on without the store. A promise is given while this node's server is closed
 * and stays closed, or not at all; the server is opened while nothing is promised, or not at all. Of what was promised before
 * this process began nothing is known. Thread-safe.
 */
final class Pledges {
    private final NodeName self;
    private final Ticker ticker;
    private final Duration born;
    private @Nullable FailsafeAnnouncement to;
    private Duration until = Duration.ZERO;
    private Duration claimingUntil = Duration.ZERO;
    private boolean mayWrite = true;

    Pledges(NodeName self, Ticker ticker) {
        this.self = self;
        this.ticker = ticker;
        this.born = ticker.read();
    }

    /** Promises, from now on and for so long, not to open the server; false when it may be open, or this node may lead. */
    synchronized boolean give(FailsafeAnnouncement primary, Duration hold) {
        Duration time = ticker.read();
        if (mayWrite || claimingUntil.compareTo(time) > 0) {
            return false;
        }
        to = primary;
        until = time.plus(hold).compareTo(until) > 0 ? time.plus(hold) : until;
        return true;
    }

    /** Whether the server may be opened for writes; if so, nothing is promised from here on. */
    synchronized boolean mayOpen() {
        boolean free = until.compareTo(ticker.read()) <= 0;
        mayWrite |= free;
        return free;
    }

    /** Whether the leadership may be claimed; if so, nothing is promised before that moment unless {@link #claimAnswered}. */
    synchronized boolean mayClaim(Duration answeredBy) {
        boolean free = until.compareTo(ticker.read()) <= 0;
        claimingUntil = free ? answeredBy : claimingUntil;
        return free;
    }

    synchronized void claimAnswered() {
        claimingUntil = Duration.ZERO;
    }

    /** The server was looked at by the thread that opens it. */
    synchronized void looked(boolean serverMayWrite) {
        mayWrite = serverMayWrite;
    }

    /** What is promised now. */
    synchronized Optional<Pledge> present() {
        Duration left = until.minus(ticker.read());
        return isPositive(left) ? Optional.of(new Pledge(Optional.ofNullable(to), left)) : Optional.empty();
    }

    /** What is promised now, or may have been by an earlier life of this node that the last leader could have asked. */
    Optional<Pledge> inForce(ClusterView view, HaConfig config) {
        Optional<Pledge> given = present();
        Duration unknown = born.plus(config.ttl()).minus(ticker.read());
        boolean askedBefore = config.failsafeMode() && view.failsafe().hasOthersThan(self) && isPositive(unknown);
        return given.isEmpty() && askedBefore ? Optional.of(new Pledge(Optional.empty(), unknown)) : given;
    }

    private static boolean isPositive(Duration left) {
        return !left.isNegative() && !left.isZero();
    }
}
