package dev.regent.postgres;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.WalPosition;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What {@code pg_controldata} prints, by its label without the word {@code Current}. Immutable. */
record ControlData(Map<String, String> values) {
    private static final String CURRENT = "Current ";

    ControlData {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    static ControlData parse(String output) {
        Map<String, String> values = new LinkedHashMap<>();
        output.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon >= 0) {
                String label = line.substring(0, colon);
                int current = label.indexOf(CURRENT);
                String key =
                        current < 0 ? label : label.substring(0, current) + label.substring(current + CURRENT.length());
                values.put(key, line.substring(colon + 1).strip());
            }
        });
        return new ControlData(values);
    }

    Optional<String> value(String label) {
        return Optional.ofNullable(values.get(label));
    }

    Optional<String> systemId() {
        return value("Database system identifier");
    }

    boolean isShutDownCleanly() {
        return isFormerPrimaryShutDown() || state().equals("shut down in recovery");
    }

    private boolean isFormerPrimaryShutDown() {
        return state().equals("shut down");
    }

    private boolean isFromRecovery() {
        return state().equals("shut down in recovery") || state().equals("in archive recovery");
    }

    private String state() {
        return value("Database cluster state").orElse("");
    }

    /** How far the data reaches; the timeline alone where only recovery can tell the position. */
    WalPosition position() {
        int recoveryTimeline = number("Min recovery ending loc's timeline");
        Lsn recoveryEnd = lsn("Minimum recovery ending location");
        if (isFromRecovery() && recoveryTimeline != 0 && !recoveryEnd.equals(Lsn.ZERO)) {
            return WalPosition.ofStandby(recoveryTimeline, recoveryEnd, recoveryEnd);
        }
        int timeline = number("Latest checkpoint's TimeLineID");
        boolean known = isFormerPrimaryShutDown() || isFromRecovery();
        return WalPosition.at(timeline, known ? lsn("Latest checkpoint location") : Lsn.ZERO);
    }

    /** Whether pg_rewind can tell which pages have changed. */
    boolean tracksPageChanges() {
        return value("wal_log_hints setting").filter("on"::equals).isPresent()
                || number("Data page checksum version") != 0;
    }

    /** A setting that a standby may not undercut, as it was on the primary. */
    int number(String label) {
        try {
            return value(label).map(Integer::parseInt).orElse(0);
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    private Lsn lsn(String label) {
        return value(label).map(Lsn::parse).orElse(Lsn.ZERO);
    }
}
