package dev.regent.examples.torture;

import java.util.List;

/** When something is killed. */
enum Moment {
    BOOTSTRAP,
    CLONE,
    REWIND,
    PROMOTE,
    STOP,
    RESTART,
    SWITCHOVER;

    /** What of an agent there is to kill then. */
    List<Victim> victims() {
        return this == BOOTSTRAP
                ? List.of(Victim.AGENT, Victim.HOST)
                : List.of(Victim.AGENT, Victim.POSTMASTER, Victim.HOST);
    }

    /** Whether an agent runs tools then. */
    boolean hasHelpers() {
        return this == BOOTSTRAP || this == CLONE || this == REWIND;
    }

    /** The moments of a cluster that exists. */
    static List<Moment> ofLife() {
        return List.of(CLONE, REWIND, PROMOTE, STOP, RESTART, SWITCHOVER);
    }
}
