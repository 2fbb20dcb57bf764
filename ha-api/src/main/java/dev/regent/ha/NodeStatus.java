package dev.regent.ha;

import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.HaConfig;
import java.util.List;

/** What a node last saw and what it decided to do about it: the answer to "why am I not the leader?". Immutable. */
public record NodeStatus(Snapshot snapshot, Decision decision) {
    /** Whether the node leads and its server accepts writes. */
    public boolean isPrimary() {
        return cluster().isLedBy(snapshot.self()) && database().is(ServerState.PRIMARY);
    }

    /** Whether the node follows another and receives its writes. */
    public boolean isStreamingReplica() {
        return database().is(ServerState.STANDBY) && database().streaming();
    }

    /** Whether the node needs a watchdog to lead and has none that works; the snapshot says what is wrong with it. */
    public boolean isWatchdogFailed() {
        return snapshot.watchdogProblem().isPresent();
    }

    /**
     * What of the cluster-wide configuration is not used as it stands: in each sentence what was expected, what was found, and
     * what is used instead.
     */
    public List<String> configProblems() {
        return cluster().config().map(HaConfig::problems).orElse(List.of());
    }

    /** The cluster as last read from the store. */
    public ClusterView cluster() {
        return snapshot.knowledge().lastView();
    }

    public DatabaseStatus database() {
        return snapshot.database();
    }

    /** What the node does, or waits for, and why, in words. */
    public String explanation() {
        return decision.explanation();
    }
}
