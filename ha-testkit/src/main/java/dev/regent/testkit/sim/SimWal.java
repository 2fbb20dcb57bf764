package dev.regent.testkit.sim;

import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.TimelineSwitch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A server's write-ahead log by content: records that are unique in a simulation, and the timelines that they were written
 * on. Positions are counts of records; {@link #lsn} turns them into bytes. Used by one thread.
 */
final class SimWal {
    /** Large, so that a standby that lags a minute is seen to. */
    private static final long RECORD_BYTES = 16_384;

    private static final long FIRST_LSN = 0x1000000;
    private static final int FIRST_CAPACITY = 64;

    /** The end of one timeline. */
    private record Ending(int timeline, int count) {}

    private long[] records = new long[FIRST_CAPACITY];
    private int count;
    private int timeline = 1;
    private List<Ending> endings = List.of();

    static Lsn lsn(int count) {
        return new Lsn(FIRST_LSN + (long) count * RECORD_BYTES);
    }

    /** How many records a log has that ends there; zero for what is no place in a simulated log. */
    static int count(Lsn position) {
        return (int) Math.max(0, (position.value() - FIRST_LSN) / RECORD_BYTES);
    }

    int count() {
        return count;
    }

    int timeline() {
        return timeline;
    }

    long record(int index) {
        return records[index];
    }

    void append(long record) {
        if (count == records.length) {
            records = Arrays.copyOf(records, 2 * count);
        }
        records[count] = record;
        count++;
    }

    /** Ends the present timeline here. */
    void switchTo(int newTimeline) {
        List<Ending> longer = new ArrayList<>(endings);
        longer.add(new Ending(timeline, count));
        endings = List.copyOf(longer);
        timeline = newTimeline;
    }

    /** The number of leading records that both logs share. */
    int commonPrefix(SimWal other) {
        int shorter = Math.min(count, other.count);
        int mismatch = Arrays.mismatch(records, 0, shorter, other.records, 0, shorter);
        return mismatch < 0 ? shorter : mismatch;
    }

    boolean contains(long record, int from) {
        for (int i = from; i < count; i++) {
            if (records[i] == record) {
                return true;
            }
        }
        return false;
    }

    /** Becomes the first records of the other log, as far as the other log has them. */
    void copy(SimWal other, int upTo) {
        int kept = Math.min(upTo, other.count);
        int same = Math.min(count, kept);
        int mismatch = Arrays.mismatch(records, 0, same, other.records, 0, same);
        int from = mismatch < 0 ? same : mismatch;
        if (records.length < kept) {
            records = Arrays.copyOf(records, other.records.length);
        }
        System.arraycopy(other.records, from, records, from, kept - from);
        count = kept;
        adoptTimelines(other);
    }

    private void adoptTimelines(SimWal other) {
        // The other may be this one
        List<Ending> all = other.endings;
        int until = 0;
        while (until < all.size() && all.get(until).count() < count) {
            until++;
        }
        timeline = until == all.size() ? other.timeline : all.get(until).timeline();
        endings = until == all.size() ? all : List.copyOf(all.subList(0, until));
    }

    void truncate(int upTo) {
        count = Math.min(count, upTo);
        adoptTimelines(this);
    }

    /** The timeline that the record before this position was written on. */
    int timelineAt(int position) {
        return endings.stream()
                .filter(ending -> ending.count() >= position)
                .findFirst()
                .map(Ending::timeline)
                .orElse(timeline);
    }

    /** Where the timeline ended in this log; the end of the log if it is the present one, absent if it is not part of it. */
    Optional<Integer> endOf(int wanted) {
        return wanted == timeline
                ? Optional.of(count)
                : endings.stream()
                        .filter(ending -> ending.timeline() == wanted)
                        .findFirst()
                        .map(Ending::count);
    }

    List<TimelineSwitch> history() {
        return endings.stream()
                .map(ending -> new TimelineSwitch(
                        ending.timeline(),
                        lsn(ending.count()),
                        "no recovery target specified",
                        Optional.empty(),
                        Optional.empty()))
                .toList();
    }
}
