package dev.regent.ha.engine;

import dev.regent.ha.decision.PossibleLoss;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.TimelineSwitch;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The cluster's history as the leader writes it after its timeline has changed. */
final class History {
    private static final String SKIPPED = "timeline skipped";

    private History() {}

    /** What should be written in place of what is stored; absent when that is right already. */
    static Optional<List<TimelineSwitch>> update(
            List<TimelineSwitch> stored, DatabaseStatus primary, NodeName self, OffsetDateTime now, int longest) {
        int timeline = primary.wal().timeline();
        if (timeline == 1) {
            return stored.isEmpty() ? Optional.empty() : Optional.of(List.of());
        }
        if (primary.history().isEmpty()) {
            return Optional.empty();
        }
        List<TimelineSwitch> own = withoutGapAtTheEnd(primary.history(), timeline);
        if (isComplete(stored, own.get(own.size() - 1))) {
            return Optional.empty();
        }
        List<TimelineSwitch> written = new ArrayList<>();
        for (TimelineSwitch entry : own) {
            written.add(entry.timeline() == timeline - 1 ? signed(entry, self, now) : remembered(entry, stored));
        }
        return Optional.of(newest(longest, written));
    }

    /**
     * What the leader of a standby cluster writes: how the timeline that it follows came about, so that whoever is promoted
     * after it knows which numbers are taken. Who led the remote cluster is not known. An earlier timeline than the stored one
     * counts only while it is received: otherwise the remote cluster may well be on the later one still.
     */
    static Optional<List<TimelineSwitch>> followed(List<TimelineSwitch> stored, DatabaseStatus standby, int longest) {
        int timeline = standby.wal().timeline();
        boolean unknown = timeline == 0 || (timeline > 1 && standby.history().isEmpty());
        int newest = stored.isEmpty() ? 1 : stored.get(stored.size() - 1).timeline() + 1;
        if (unknown || (timeline < newest && !standby.streaming())) {
            return Optional.empty();
        }
        List<TimelineSwitch> own = timeline == 1 ? List.of() : withoutGapAtTheEnd(standby.history(), timeline);
        List<TimelineSwitch> written = newest(
                longest, own.stream().map(entry -> remembered(entry, stored)).toList());
        return written.equals(stored) ? Optional.empty() : Optional.of(written);
    }

    private static List<TimelineSwitch> newest(int longest, List<TimelineSwitch> entries) {
        int surplus = longest > 0 ? Math.max(0, entries.size() - longest) : 0;
        return List.copyOf(entries.subList(surplus, entries.size()));
    }

    /**
     * A server that knows of a later timeline than the one it leaves skips its number. Readers take the number after the
     * last entry for the present timeline, so the skipped one is told of as ended where it could have begun.
     */
    private static List<TimelineSwitch> withoutGapAtTheEnd(List<TimelineSwitch> history, int timeline) {
        TimelineSwitch last = history.get(history.size() - 1);
        if (last.timeline() == timeline - 1) {
            return history;
        }
        List<TimelineSwitch> longer = new ArrayList<>(history);
        longer.add(new TimelineSwitch(timeline - 1, last.position(), SKIPPED, Optional.empty(), Optional.empty()));
        return longer;
    }

    /** The entries, the last of which says what was left behind; readers take the reason for any text. */
    static List<TimelineSwitch> remarked(List<TimelineSwitch> entries, NodeName self, PossibleLoss loss) {
        if (entries.isEmpty()) {
            return entries;
        }
        List<TimelineSwitch> remarked = new ArrayList<>(entries);
        TimelineSwitch last = remarked.remove(remarked.size() - 1);
        String reason = last.reason() + "; " + self + " " + loss.text();
        remarked.add(new TimelineSwitch(last.timeline(), last.position(), reason, last.at(), last.newLeader()));
        return remarked;
    }

    private static boolean isComplete(List<TimelineSwitch> stored, TimelineSwitch own) {
        if (stored.isEmpty()) {
            return false;
        }
        TimelineSwitch last = stored.get(stored.size() - 1);
        return last.timeline() == own.timeline()
                && last.position().equals(own.position())
                && last.at().isPresent()
                && last.newLeader().isPresent();
    }

    private static TimelineSwitch signed(TimelineSwitch entry, NodeName self, OffsetDateTime now) {
        return new TimelineSwitch(
                entry.timeline(),
                entry.position(),
                entry.reason(),
                entry.at().or(() -> Optional.of(now)),
                Optional.of(self));
    }

    /** Who led and when is only in the store: the server's own history does not say. */
    private static TimelineSwitch remembered(TimelineSwitch entry, List<TimelineSwitch> stored) {
        return stored.stream()
                .filter(old ->
                        old.timeline() == entry.timeline() && old.position().equals(entry.position()))
                .findFirst()
                .orElse(new TimelineSwitch(
                        entry.timeline(), entry.position(), entry.reason(), Optional.empty(), Optional.empty()));
    }
}
