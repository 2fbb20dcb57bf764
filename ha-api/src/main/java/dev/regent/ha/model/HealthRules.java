package dev.regent.ha.model;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a server's health is looked after, from the section {@code health} of the cluster-wide configuration. Immutable.
 *
 * @param interval how long after one look the next is due
 * @param patience a look, or a transaction, that takes longer hangs
 * @param leastFree bytes that must be free where data and log are
 * @param leastFreePercent how much of those volumes must be free; zero leaves it to the bytes
 * @param handsOver whether a leader whose server cannot serve makes room for a member whose server can
 * @param handsOverAfter for how long that must have been certain
 * @param handsOverAgainAfter how long after any change of leader it does not
 */
public record HealthRules(
        Duration interval,
        Duration patience,
        long leastFree,
        int leastFreePercent,
        boolean handsOver,
        Duration handsOverAfter,
        Duration handsOverAgainAfter) {
    private static final long MEGABYTE = 1024 * 1024;
    private static final int LEAST_FREE_MEGABYTES = 32;
    private static final int ALL = 100;

    private static final Set<String> NAMES = Collections.unmodifiableSet(new TreeSet<>(List.of(
            "interval",
            "timeout",
            "min_free_mb",
            "min_free_percent",
            "failover",
            "failover_after",
            "failover_backoff")));

    /** What holds where nobody has said anything else. */
    public static final HealthRules DEFAULT = from(DynamicConfig.EMPTY);

    /** What cannot be read falls back to its default. */
    public static HealthRules from(DynamicConfig config) {
        return read(new ConfigReader(config));
    }

    static HealthRules read(ConfigReader reader) {
        ConfigReader section = reader.section("health", NAMES);
        return new HealthRules(
                Duration.ofSeconds(section.number("interval", 1, 10)),
                Duration.ofSeconds(section.number("timeout", 1, 10)),
                section.number("min_free_mb", 0, LEAST_FREE_MEGABYTES) * MEGABYTE,
                Math.min(ALL, section.smallNumber("min_free_percent", 0, 0)),
                section.flag("failover", true),
                Duration.ofSeconds(section.number("failover_after", 0, 30)),
                Duration.ofSeconds(section.number("failover_backoff", 0, 600)));
    }
}
