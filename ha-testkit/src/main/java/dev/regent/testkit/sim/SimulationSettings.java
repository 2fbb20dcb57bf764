package dev.regent.testkit.sim;

import dev.regent.ha.decision.StandardElection;
import dev.regent.ha.decision.ZonePolicy;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Tags;
import dev.regent.ha.spi.ElectionPolicy;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What one simulation is of; the same settings always give the same course of events. Immutable.
 *
 * @param failsafe whether a primary goes on without the store as long as all members let it
 * @param without protections that are left out, so that the simulation must find a violation
 */
public record SimulationSettings(long seed, int nodes, Mode mode, boolean failsafe, Set<Protection> without) {
    private static final int LEAST_NODES = 1;
    static final int MOST_NODES = 9;
    private static final int PATIENT = 300;
    private static final int DEVICE_SHARE = 3;
    /** So that it is not always the same modes. */
    private static final int GATED = 8;
    /** One of so many clusters waits for longer than a loop wait before it replaces a primary whose log still arrives. */
    private static final int BACKED_OFF = 4;

    private static final int PATIENCE_WITH_STORAGE = 5;
    private static final int BACKOFF = 25;
    /** One of so many clusters prefers its leader in one of two zones. */
    private static final int ZONED = 5;

    /** So many of so many clusters are in failsafe mode where nobody has said otherwise. */
    private static final int FAILSAFE_SHARE = 3;

    private static final int FAILSAFE_OUT_OF = 11;
    private static final String PREFERRED_ZONE = "east";

    /** What the cluster promises of acknowledged commits. */
    public enum Mode {
        /** They may be lost as far as they were not replicated. */
        OFF,
        /** None is lost; without standbys the primary goes on alone. */
        SYNC,
        /** None is lost; without standbys commits wait. */
        STRICT,
        /** None is lost; any of the standbys acknowledges. The operator changes how many, and goes over to SYNC and back. */
        QUORUM,
        /** As OFF; the cluster is a standby of another one, or becomes one, and the lead moves between the two. */
        STANDBY;

        /** Those of a cluster that is the only one. */
        static final List<Mode> ALONE = List.of(OFF, SYNC, STRICT, QUORUM);

        static Mode parse(String text) {
            try {
                return valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException unknown) {
                throw new IllegalArgumentException(
                        "expected off, sync, strict, quorum or standby, found \"" + text + "\"", unknown);
            }
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public SimulationSettings {
        if (nodes < LEAST_NODES || nodes > MOST_NODES) {
            throw new IllegalArgumentException(
                    "expected " + LEAST_NODES + " to " + MOST_NODES + " nodes, found " + nodes);
        }
        without = without.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(without));
    }

    /** With failsafe mode as the seed draws it; on where a protection of it is left out. */
    public SimulationSettings(long seed, int nodes, Mode mode, Set<Protection> without) {
        this(seed, nodes, mode, isDrawnForFailsafe(seed, without), without);
    }

    static boolean isDrawnForFailsafe(long seed, Set<Protection> without) {
        return Math.floorMod(seed, FAILSAFE_OUT_OF) < FAILSAFE_SHARE
                || without.stream().anyMatch(Protection::isOfFailsafeMode);
    }

    boolean isSynchronous() {
        return mode != Mode.OFF && mode != Mode.STANDBY;
    }

    boolean leavesOut(Protection protection) {
        return without.contains(protection);
    }

    /** Every other synchronous cluster shows clients nothing after a restart that a failover could take away. */
    boolean showsOnlyReplicated() {
        return isSynchronous() && seed / GATED % 2 == 0;
    }

    /** A third of the clusters has watchdog devices that reset hosts in place of guardians that kill servers. */
    boolean guardsByDevice() {
        return seed % DEVICE_SHARE == 1;
    }

    /** Half of the clusters hand over at once when the primary crashes, the others give it time to come back. */
    DynamicConfig clusterConfig() {
        Map<String, Object> values = new LinkedHashMap<>(Map.of(
                "ttl", 30, "loop_wait", 10, "retry_timeout", 10, "primary_start_timeout", seed % 2 == 0 ? 0 : PATIENT));
        values.put("primary_race_backoff", seed % BACKED_OFF == 1 ? BACKOFF : 0);
        values.put("synchronous_mode", mode == Mode.QUORUM ? "quorum" : isSynchronous());
        values.put("synchronous_start_gate", showsOnlyReplicated() && !leavesOut(Protection.START_GATE));
        values.put("synchronous_mode_strict", mode == Mode.STRICT);
        values.put("failsafe_mode", failsafe);
        values.put("health", Map.of("failover_after", PATIENCE_WITH_STORAGE, "failover_backoff", BACKOFF));
        if (beginsAsStandby()) {
            values.put("standby_cluster", Map.of("host", SimRemote.ADDRESS.host()));
        }
        return DynamicConfig.of(values);
    }

    /** Half of the clusters that follow another begin like that, the others lead first. */
    boolean beginsAsStandby() {
        return mode == Mode.STANDBY && seed / 2 % 2 == 0;
    }

    private boolean isZoned() {
        return seed % ZONED == 2;
    }

    /** By which rules its members elect their leader. */
    ElectionPolicy election() {
        ElectionPolicy standard = StandardElection.policy();
        return isZoned() ? ElectionPolicy.allOf(standard, ZonePolicy.prefer(PREFERRED_ZONE)) : standard;
    }

    /** Every other node is in the preferred zone. */
    Tags tagsOf(NodeName node) {
        boolean east = node.value().hashCode() % 2 == 0;
        return isZoned() ? new Tags(Map.of("zone", east ? PREFERRED_ZONE : "west")) : Tags.NONE;
    }

    /** The command that shows the same course of events again. */
    public String replayCommand() {
        StringBuilder command = new StringBuilder(
                "bin/simulate --seed " + seed + " --seeds 1 --nodes " + nodes + " --mode " + mode.label());
        without.stream().sorted().forEach(left -> command.append(" --without ").append(left.label()));
        if (failsafe != isDrawnForFailsafe(seed, without)) {
            command.append(" --failsafe ").append(failsafe ? "on" : "off");
        }
        return command.toString();
    }
}
