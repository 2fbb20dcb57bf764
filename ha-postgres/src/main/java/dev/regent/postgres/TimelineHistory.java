package dev.regent.postgres;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.TimelineSwitch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads how a timeline came about from its history file, which never changes once it is there. Thread-safe. */
final class TimelineHistory {
    private static final int POSITION = 1;
    private static final int REASON = 2;

    /** A timeline with its history. Immutable. */
    private record Known(int timeline, List<TimelineSwitch> switches) {}

    private final Path walDir;
    private volatile Known known = new Known(0, List.of());

    TimelineHistory(Path walDir) {
        this.walDir = walDir;
    }

    List<TimelineSwitch> of(int timeline) {
        Known present = known;
        if (present.timeline() != timeline) {
            present = new Known(timeline, read(timeline));
            if (timeline == 1 || !present.switches().isEmpty()) {
                known = present;
            }
        }
        return present.switches();
    }

    private List<TimelineSwitch> read(int timeline) {
        try {
            return parse(SafeFiles.readIfPresent(walDir.resolve(String.format(Locale.ROOT, "%08X.history", timeline))));
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    static List<TimelineSwitch> parse(String text) {
        List<TimelineSwitch> switches = new ArrayList<>();
        text.lines().map(String::strip).forEach(line -> {
            String[] fields = line.split("\\s+", REASON + 1);
            if (fields.length > POSITION && Character.isDigit(fields[0].charAt(0))) {
                switches.add(new TimelineSwitch(
                        Integer.parseInt(fields[0]),
                        Lsn.parse(fields[POSITION]),
                        fields.length > REASON ? fields[REASON] : "",
                        Optional.empty(),
                        Optional.empty()));
            }
        });
        return switches;
    }
}
