package dev.regent.testkit.sim;

/** One node's road to the store, with what can go wrong on it. Used by one thread. */
final class StoreRoad {
    /** What becomes of one call. */
    enum Fate {
        ANSWERED,
        SLOW,
        REQUEST_LOST,
        REPLY_LOST,
        /** The store does what was asked long after the caller has given up. */
        DELAYED
    }

    private static final double SLOW_SHARE = 0.4;
    private static final double LOST_SHARE = 0.3;
    private static final double DELAYED_SHARE = 0.5;

    private boolean cut;
    private double trouble;

    boolean isCut() {
        return cut;
    }

    void cut() {
        cut = true;
    }

    void heal() {
        cut = false;
        trouble = 0;
    }

    void reconnect() {
        cut = false;
    }

    /** The share of calls that do not go well from now on. */
    void trouble(double share) {
        trouble = share;
    }

    boolean isTroubled() {
        return trouble > 0;
    }

    Fate fate(Dice dice) {
        if (trouble <= 0 || !dice.chance(trouble)) {
            return Fate.ANSWERED;
        }
        if (dice.chance(SLOW_SHARE)) {
            return Fate.SLOW;
        }
        if (dice.chance(LOST_SHARE)) {
            return Fate.REQUEST_LOST;
        }
        return dice.chance(DELAYED_SHARE) ? Fate.DELAYED : Fate.REPLY_LOST;
    }
}
