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

    /** What there is to kill then. */
    List<Victim> victims() {
        return switch (this) {
            case BOOTSTRAP -> List.of(Victim.AGENT, Victim.HELPER, Victim.HOST);
            case CLONE, REWIND -> List.of(Victim.values());
            case PROMOTE, STOP, RESTART, SWITCHOVER -> List.of(Victim.AGENT, Victim.POSTMASTER, Victim.HOST);
        };
    }

    /** The moments of a cluster that exists. */
    static List<Moment> ofLife() {
        return List.of(CLONE, REWIND, PROMOTE, STOP, RESTART, SWITCHOVER);
    }
}
