package dev.regent.ha.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
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
 * @param showsOnlyReplicated a primary that starts again lets clients in only when every commit they may find is held by
 *     whoever may be promoted
 * @param health how servers are looked after beyond that they answer
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
        boolean failsafeMode,
        boolean showsOnlyReplicated,
        HealthRules health) {

    /** Whether commits wait for standbys, and how the standbys are chosen. */
    public enum SynchronousMode {
        OFF,
        PRIORITY,
        QUORUM
    }

    private static final Duration MEMBER_SLOTS_TTL = Duration.ofMinutes(30);

    public static final HaConfig DEFAULT = from(DynamicConfig.EMPTY);

    private static final int FENCE_SHARE_OF_TTL = 6;
    private static final int CALL_SHARE_OF_TTL = 15;

    /** Values that cannot be read fall back to their default; timings that break the relation are corrected. */
    public static HaConfig from(DynamicConfig config) {
        return read(new ConfigReader(config));
    }

    /** What of the configuration cannot be used as it stands, each with what was expected, what found, and what is used. */
    public static List<String> problems(DynamicConfig config) {
        ConfigReader reader = new ConfigReader(config);
        read(reader);
        return reader.problems();
    }

    private static HaConfig read(ConfigReader reader) {
        Timings timings = Timings.read(reader);
        boolean strict = reader.flag("synchronous_mode_strict", false);
        int nodeCount = reader.smallNumber("synchronous_node_count", strict ? 1 : 0, 1);
        SynchronousMode mode = synchronousMode(reader);
        Optional<StandbyCluster> standbyCluster = StandbyCluster.in(reader.config());
        return new HaConfig(
                Duration.ofSeconds(timings.ttl()),
                Duration.ofSeconds(timings.loopWait()),
                Duration.ofSeconds(timings.retryTimeout()),
                reader.number("maximum_lag_on_failover", 0, 1_048_576),
                reader.seconds("primary_start_timeout", "master_start_timeout", 300),
                reader.seconds("primary_race_backoff", "primary_race_backoff", 0),
                reader.flag("pause", false),
                standbyCluster.isPresent() ? SynchronousMode.OFF : mode,
                strict,
                nodeCount,
                reader.number("maximum_lag_on_syncnode", -1, -1),
                reader.postgresqlFlag("use_slots", true),
                reader.lengthOfTime("member_slots_ttl", MEMBER_SLOTS_TTL),
                reader.smallNumber("max_timelines_history", 0, 0),
                reader.postgresqlFlag("remove_data_directory_on_rewind_failure", false)
                        || reader.postgresqlFlag("remove_data_directory_on_diverged_timelines", false),
                reader.postgresqlFlag("remove_data_directory_on_diverged_timelines", false),
                standbyCluster,
                reader.flag("failsafe_mode", false),
                reader.flag("synchronous_start_gate", false),
                HealthRules.read(reader));
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

    private static SynchronousMode synchronousMode(ConfigReader reader) {
        Optional<String> value = reader.value("synchronous_mode").map(JsonNode::asText);
        if (value.filter("quorum"::equalsIgnoreCase).isPresent()) {
            return SynchronousMode.QUORUM;
        }
        if (value.isPresent() && ConfigReader.asFlag(value.get()).isEmpty()) {
            reader.wrong("synchronous_mode", "on, off or quorum", value.get(), "off");
        }
        return value.flatMap(ConfigReader::asFlag).orElse(false) ? SynchronousMode.PRIORITY : SynchronousMode.OFF;
    }
}
