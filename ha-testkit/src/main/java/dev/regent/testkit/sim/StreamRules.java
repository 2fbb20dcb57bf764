package dev.regent.testkit.sim;

import java.util.Optional;

/** When a server lets a standby stream from it, and when that would corrupt the standby. */
final class StreamRules {
    private StreamRules() {}

    static boolean mayStream(SimServer standby, SimServer source, SimNetwork network) {
        boolean reachable = source.isServing() && network.isOpen(standby.name(), source.name());
        return reachable
                && source.directory().systemId().equals(standby.directory().systemId())
                && (source.slots().exists(standby.name().slotName())
                        || network.isRemote(source)
                        || network.isRemote(standby))
                && hasCommonHistory(standby, source);
    }

    /** What PostgreSQL checks: timelines and positions, never content. */
    private static boolean hasCommonHistory(SimServer standby, SimServer source) {
        int replayed = standby.recovery().replayed();
        Optional<Integer> end = source.wal().endOf(standby.wal().timelineAt(replayed));
        boolean allowed = end.isPresent() && replayed <= end.get();
        if (allowed && standby.wal().commonPrefix(source.wal()) < replayed) {
            standby.observer()
                    .corrupted(
                            standby,
                            "streams from " + source.name()
                                    + " although it has replayed records that the other never had, which the numbers of"
                                    + " the timelines do not show");
            return false;
        }
        return allowed;
    }
}
