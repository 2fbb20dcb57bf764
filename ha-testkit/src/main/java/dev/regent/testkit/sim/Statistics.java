package dev.regent.testkit.sim;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What was simulated, in numbers. Used by one thread. */
public final class Statistics {
    private static final double SECONDS_PER_HOUR = 3600;

    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, Long> faults = new TreeMap<>();
    private double seconds;

    void count(String what, long more) {
        counts.merge(what, more, Long::sum);
    }

    void fault(String kind) {
        faults.merge(kind, 1L, Long::sum);
    }

    void lasted(long micros) {
        seconds += (double) micros / EventQueue.SECOND;
    }

    void add(Statistics other) {
        other.counts.forEach(this::count);
        other.faults.forEach((kind, number) -> faults.merge(kind, number, Long::sum));
        seconds += other.seconds;
    }

    long of(String what) {
        return counts.getOrDefault(what, 0L);
    }

    double hours() {
        return seconds / SECONDS_PER_HOUR;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%.1f simulated hours; %s%nfaults: %s", hours(), listed(counts), listed(faults));
    }

    private static String listed(Map<String, Long> numbers) {
        return numbers.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }
}
