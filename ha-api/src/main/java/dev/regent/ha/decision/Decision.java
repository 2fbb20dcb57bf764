package dev.regent.ha.decision;

import java.time.Duration;

/** One action, and why: the reason and its detail are for people, metrics and tests; nothing branches on them. Immutable. */
public record Decision(Action action, Reason reason, String detail) {
    public static Decision of(Action action, Reason reason) {
        return new Decision(action, reason, "");
    }

    static Decision waiting(Reason reason) {
        return of(Action.WAIT, reason);
    }

    static Decision waiting(Reason reason, String detail) {
        return new Decision(Action.WAIT, reason, detail);
    }

    static Decision waiting(Duration atMost, Reason reason) {
        return of(new Action.Wait(atMost), reason);
    }

    /** Whether the other one does the same kind of thing for the same reason. */
    public boolean isLike(Decision other) {
        return reason == other.reason && action.getClass().equals(other.action.getClass());
    }

    /** The reason as a sentence, with what is particular to this decision. */
    public String explanation() {
        return detail.isEmpty() ? reason.text() : reason.text() + ": " + detail;
    }
}
