package dev.regent.ctl;

import dev.regent.ha.model.ClusterStatus;
import java.util.ArrayList;
import java.util.List;

/** Whether replication slots of the leader hold back so much WAL that its disk may fill. */
final class SlotChecks {
    /** More than a server keeps by itself with usual settings (max_wal_size). */
    private static final long MUCH = 1L << 30;

    private static final long MEGABYTE = 1L << 20;

    private static final String EXPECTED = "less than " + MUCH / MEGABYTE + " MB behind the end of the log";

    private SlotChecks() {}

    /** By what the leader has last told of itself. */
    static List<Finding> of(ClusterStatus status) {
        List<Finding> findings = new ArrayList<>();
        status.slots().forEach((name, position) -> {
            String check = "slot " + name;
            long behind = status.optime().value() - position.value();
            String found = Math.max(0, behind) / MEGABYTE + " MB";
            findings.add(
                    behind < MUCH
                            ? Finding.good(check, EXPECTED, found)
                            : Finding.risk(
                                    check,
                                    EXPECTED,
                                    found,
                                    "bring back who uses it, or let it go (slots, member_slots_ttl): all that WAL stays on"
                                            + " the disk; max_slot_wal_keep_size limits it"));
        });
        return findings;
    }
}
