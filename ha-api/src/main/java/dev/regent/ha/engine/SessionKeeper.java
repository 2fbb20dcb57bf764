package dev.regent.ha.engine;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Session;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This node's session with the store: opened when needed, renewed by the cycle and by nothing else, and trusted only as
 * long as the store surely keeps it, counted from before each request. Used by the cycle's thread.
 */
final class SessionKeeper {
    /** A renewal may fail twice before the session is in danger. */
    private static final int RENEWALS_PER_TTL = 3;

    private final Dcs dcs;
    private final Ticker ticker;
    private @Nullable Session session;
    private Duration ttl = Duration.ZERO;
    private Duration renewedAt = Duration.ZERO;
    private boolean due;

    SessionKeeper(Dcs dcs, Ticker ticker) {
        this.dcs = dcs;
        this.ticker = ticker;
    }

    /**
     * A session that has been opened or renewed recently; what was bound to a session that ended is gone. The session of a
     * leader that waits for a stuck fence is not renewed any more, and another is opened.
     */
    Session alive(HaConfig config, Operations operations, Leadership leadership) throws DcsException {
        if (StuckFence.holds(operations, leadership, config)) {
            leaveBehind();
        }
        @Nullable Session present = session;
        if (present == null || !ttl.equals(config.ttl())) {
            return open(config.ttl());
        }
        if (!due && ticker.read().minus(renewedAt).compareTo(renewalInterval(config, present)) < 0) {
            return present;
        }
        Duration sentAt = ticker.read();
        if (!present.renew()) {
            session = null;
            return open(config.ttl());
        }
        renewedAt = sentAt;
        due = false;
        return present;
    }

    private Session open(Duration wanted) throws DcsException {
        Duration sentAt = ticker.read();
        Session opened = dcs.openSession(wanted);
        session = opened;
        ttl = wanted;
        renewedAt = sentAt;
        due = false;
        return opened;
    }

    /** The next look renews it, so that there is as much of it left as can be. */
    void renewSoon() {
        due = true;
    }

    /** What is bound to the session belongs to an earlier life from now on; the next look opens another session. */
    void leaveBehind() {
        session = null;
    }

    Optional<Session> present() {
        return Optional.ofNullable(session);
    }

    /** The moment until which the store surely keeps the session; in the past when there is none. */
    Duration keptUntil() {
        @Nullable Session present = session;
        return present == null ? Duration.ZERO : renewedAt.plus(present.timeToLive());
    }

    /** The longest that the cycle may wait before it must renew. */
    Duration renewalInterval(HaConfig config) {
        @Nullable Session present = session;
        return present == null ? config.loopWait() : renewalInterval(config, present);
    }

    /** The longest to wait after the decision if nothing happens. */
    Duration longestWait(Decision decision, HaConfig config) {
        Duration wait = decision.action() instanceof Action.Wait waiting ? waiting.atMost() : config.loopWait();
        Duration renewal = renewalInterval(config);
        return wait.compareTo(renewal) < 0 ? wait : renewal;
    }

    private static Duration renewalInterval(HaConfig config, Session present) {
        Duration share = present.timeToLive().dividedBy(RENEWALS_PER_TTL);
        return share.compareTo(config.loopWait()) < 0 ? share : config.loopWait();
    }
}
