package dev.regent.ha.decision;

/** What has become of an order. Immutable. */
public record OrderOutcome(Kind kind, String detail) {
    /** In the coarseness that those who asked can act on. */
    public enum Kind {
        DONE,
        /** It is under way and takes its time. */
        STARTED,
        CONDITIONS_NOT_MET,
        /** Something else is under way, which the detail names. */
        BUSY,
        STILL_STARTING,
        NO_LEADER,
        /** The leader's data is the cluster's: it cannot be copied anew. */
        I_LEAD,
        FAILED
    }

    public static OrderOutcome of(Kind kind) {
        return new OrderOutcome(kind, "");
    }

    public boolean isSuccess() {
        return kind == Kind.DONE || kind == Kind.STARTED;
    }

    @Override
    public String toString() {
        return detail.isEmpty() ? kind.name() : kind + ": " + detail;
    }
}
