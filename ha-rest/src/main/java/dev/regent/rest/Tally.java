package dev.regent.rest;

import java.time.Duration;

/** How often something took how long. Thread-safe. */
final class Tally {
    private static final double[] LIMITS = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    private static final double NANOS = 1e9;

    private final long[] upTo = new long[LIMITS.length];
    private long count;
    private double sum;
    private double longest;

    synchronized void add(Duration took) {
        double seconds = took.toNanos() / NANOS;
        count++;
        sum += seconds;
        longest = Math.max(longest, seconds);
        for (int i = 0; i < LIMITS.length; i++) {
            if (seconds <= LIMITS[i]) {
                upTo[i]++;
            }
        }
    }

    synchronized double longest() {
        return longest;
    }

    synchronized void writeSummary(MetricsText out, String label) {
        out.sample("_sum", label, MetricsText.number(sum)).sample("_count", label, Long.toString(count));
    }

    synchronized void writeHistogram(MetricsText out, String label) {
        String before = label.isEmpty() ? "" : label + ",";
        for (int i = 0; i < LIMITS.length; i++) {
            out.sample(
                    "_bucket", before + MetricsText.label("le", MetricsText.number(LIMITS[i])), Long.toString(upTo[i]));
        }
        out.sample("_bucket", before + "le=\"+Inf\"", Long.toString(count));
        writeSummary(out, label);
    }
}
