package dev.regent.ha.model;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The settings that decisions depend on, taken from the dynamic configuration with defaults filled in and the timing
 * relation {@code loop_wait + 2 * retry_timeout <= ttl} enforced. Immutable.
 *
 * @param maximumLagOnFailover bytes that a candidate may be behind the last known position of the leader
 * @param primaryStartTimeout how long a crashed primary may take to come back before another node takes over; zero means
 *     at once
 * @param copyWhenRewindFails whether diverged data may be taken out of the way when pg_rewind has failed for good
 * @param copyWhenDiverged whether it may when pg_rewind is not possible
 * @param primaryRaceBackoff for how long after the end of a leader's session a log that still grows puts the race for its
 *     place off; zero means not at all
 * @param standbyCluster whom the whole cluster follows; synchronous replication is off then
 * @param failsafeMode a primary goes on without the store as long as all members let it
 */
public record HaConfig(
        Duration ttl,
        Duration loopWait,
        Duration retryTimeout,
        long maximumLagOnFailover,
        Duration primaryStartTimeout,
        Duration primaryRaceBackoff,
        boolean paused,
        SynchronousMode synchronousMode,
        boolean synchronousModeStrict,
        int synchronousNodeCount,
        long maximumLagOnSyncnode,
        boolean useSlots,
        Duration memberSlotsTtl,
        int maxTimelinesHistory,
        boolean copyWhenRewindFails,
        boolean copyWhenDiverged,
        Optional<StandbyCluster> standbyCluster,
        boolean failsafeMode) {

    /** Whether commits wait for standbys, and how the standbys are chosen. */
    public enum SynchronousMode {
        OFF,
        PRIORITY,
        QUORUM
    }

    public static final HaConfig DEFAULT = from(DynamicConfig.EMPTY);

    private static final long SHORTEST_TTL = 20;
    private static final long SHORTEST_LOOP_WAIT = 1;
    private static final long SHORTEST_RETRY_TIMEOUT = 3;
    private static final int FENCE_SHARE_OF_TTL = 6;
    private static final int CALL_SHARE_OF_TTL = 15;

    /** Values that cannot be read fall back to their default; timings that break the relation are corrected. */
    public static HaConfig from(DynamicConfig config) {
        long ttl = Math.max(SHORTEST_TTL, number(config, "ttl", "ttl", 30));
        long loopWait = Math.max(SHORTEST_LOOP_WAIT, number(config, "loop_wait", "loop_wait", 10));
        long retryTimeout = Math.max(SHORTEST_RETRY_TIMEOUT, number(config, "retry_timeout", "retry_timeout", 10));
        if (1 + 2 * retryTimeout > ttl) {
            loopWait = 1;
            retryTimeout = (ttl - 1) / 2;
        } else if (loopWait + 2 * retryTimeout > ttl) {
            loopWait = ttl - 2 * retryTimeout;
        }
        boolean strict = flag(config, "synchronous_mode_strict");
        int nodeCount = (int) number(config, "synchronous_node_count", "synchronous_node_count", 1);
        Optional<StandbyCluster> standbyCluster = StandbyCluster.in(config);
        return new HaConfig(
                Duration.ofSeconds(ttl),
                Duration.ofSeconds(loopWait),
                Duration.ofSeconds(retryTimeout),
                number(config, "maximum_lag_on_failover", "maximum_lag_on_failover", 1_048_576),
                Duration.ofSeconds(number(config, "primary_start_timeout", "master_start_timeout", 300)),
                Duration.ofSeconds(Math.max(0, number(config, "primary_race_backoff", "primary_race_backoff", 0))),
                flag(config, "pause"),
                standbyCluster.isPresent() ? SynchronousMode.OFF : synchronousMode(config),
                strict,
                strict ? Math.max(1, nodeCount) : Math.max(0, nodeCount),
                number(config, "maximum_lag_on_syncnode", "maximum_lag_on_syncnode", -1),
                postgresqlFlag(config, "use_slots", true),
                Duration.ofSeconds(number(config, "member_slots_ttl", "member_slots_ttl", 1800)),
                (int) number(config, "max_timelines_history", "max_timelines_history", 0),
                postgresqlFlag(config, "remove_data_directory_on_rewind_failure", false)
                        || postgresqlFlag(config, "remove_data_directory_on_diverged_timelines", false),
                postgresqlFlag(config, "remove_data_directory_on_diverged_timelines", false),
                standbyCluster,
                flag(config, "failsafe_mode"));
    }

    /** A primary that cannot renew its session fences itself when this much of the session is left. */
    public Duration fenceMargin() {
        return ttl.dividedBy(FENCE_SHARE_OF_TTL);
    }

    /** The longest that one request to the store may take, so that a cycle notices in time that the session runs out. */
    public Duration callTimeout() {
        return ttl.dividedBy(CALL_SHARE_OF_TTL);
    }

    public boolean isSynchronous() {
        return synchronousMode != SynchronousMode.OFF;
    }

    /** Whether the whole cluster follows another, so that none of its servers accepts writes. */
    public boolean isStandbyCluster() {
        return standbyCluster.isPresent();
    }

    private static SynchronousMode synchronousMode(DynamicConfig config) {
        Optional<String> value =
                config.text("synchronous_mode", "synchronous_mode").map(text -> text.toLowerCase(Locale.ROOT));
        if (value.filter("quorum"::equals).isPresent()) {
            return SynchronousMode.QUORUM;
        }
        return value.filter(HaConfig::isTrue).isPresent() ? SynchronousMode.PRIORITY : SynchronousMode.OFF;
    }

    private static boolean flag(DynamicConfig config, String key) {
        return config.text(key, key).filter(HaConfig::isTrue).isPresent();
    }

    private static boolean postgresqlFlag(DynamicConfig config, String key, boolean otherwise) {
        return config.value("postgresql")
                .filter(section -> section.hasNonNull(key))
                .map(section -> isTrue(section.get(key).asText()))
                .orElse(otherwise);
    }

    private static boolean isTrue(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes", "1" -> true;
            default -> false;
        };
    }

    private static long number(DynamicConfig config, String key, String olderKey, long otherwise) {
        try {
            return config.text(key, olderKey).map(Long::decode).orElse(otherwise);
        } catch (NumberFormatException notANumber) {
            return otherwise;
        }
    }
}
