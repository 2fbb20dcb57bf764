package dev.regent.testkit.sim;

import java.util.Locale;

/** What keeps the cluster's promises, each of which can be left out to see whether the simulation notices. */
public enum Protection {
    /** Kills the server of an agent that hangs or has died. */
    GUARDIAN,
    /** A standby claims the leadership before it is promoted. */
    CLAIM_BEFORE_PROMOTION,
    /** A node believes in its session no longer than the store surely keeps it, counted from before the request. */
    SESSION_DEADLINE,
    /** A standby counts as synchronous only when it holds every commit that was acknowledged before it was waited for. */
    SYNC_CONFIRMATION,
    /** In synchronous mode only members that hold every acknowledged commit stand for leader. */
    SYNC_ELECTION,
    /** Who does not answer is not taken for one that is behind, and so does not vote for anybody in a quorum. */
    QUORUM_VOTES,
    /** Who lets a primary go on without the store does not lead meanwhile. */
    FAILSAFE_PLEDGE,
    /** A primary goes on without the store only if all members let it: who does not answer does not. */
    FAILSAFE_UNANIMITY,
    /** A primary that starts again keeps clients out until whoever may be promoted holds what they would find. */
    START_GATE;

    boolean isOfFailsafeMode() {
        return this == FAILSAFE_PLEDGE || this == FAILSAFE_UNANIMITY;
    }

    static Protection parse(String text) {
        try {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "expected one of " + java.util.Arrays.toString(labels()) + ", found \"" + text + "\"", unknown);
        }
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String[] labels() {
        return java.util.Arrays.stream(values()).map(Protection::label).toArray(String[]::new);
    }
}
