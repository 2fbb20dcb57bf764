package dev.regent.testkit.sim;

import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.FailsafeMembers;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Entries.Entry;
import dev.regent.testkit.store.InMemoryDcs;
import java.time.Duration;
import java.util.Optional;

/** What the store itself holds at this moment, as no node can be sure to know it. Used by one thread. */
final class StoreTruth {
    private final EventQueue queue;
    private final SimStore store;
    private final InMemoryDcs dcs;
    private final ClusterAdmin admin;
    private boolean changed = true;
    private long nextExpiry;
    private Optional<Entry> leaderEntry = Optional.empty();
    private Optional<NodeName> leader = Optional.empty();
    private Optional<Entry> configEntry = Optional.empty();
    private boolean paused;
    private long unpausedAt = -EventQueue.SECOND * 1000;
    private long standbySince = -1;
    private boolean leaderChosenByHand;
    private Optional<Entry> historyEntry = Optional.empty();
    private int newestTimelinePublished;

    StoreTruth(EventQueue queue, SimStore store) {
        this.queue = queue;
        this.store = store;
        this.dcs = store.open();
        this.admin = ClusterAdmin.of(dcs);
        var forEver = dcs.watch(() -> changed = true);
        assert forEver != null;
    }

    /** Must be called after each event. */
    void refresh() {
        if (queue.now() >= nextExpiry) {
            store.store().expireSessions();
            nextExpiry = store.store()
                    .nextExpiry()
                    .map(EventQueue::micros)
                    .map(at -> Math.max(at, queue.now() + 1))
                    .orElse(queue.now() + EventQueue.SECOND);
        }
        if (changed) {
            changed = false;
            look();
        }
    }

    private void look() {
        Entries entries = entries();
        Optional<Entry> newLeader = entries.get("leader");
        if (!newLeader.equals(leaderEntry)) {
            leaderEntry = newLeader;
            leader = newLeader.map(entry -> NodeName.of(entry.value()));
            leaderChosenByHand = leader.isPresent() && isChosenByHand(leader.get());
        }
        if (!entries.get("history").equals(historyEntry)) {
            historyEntry = entries.get("history");
            newestTimelinePublished = Math.max(newestTimelinePublished, view().timeline());
        }
        if (!entries.get("config").equals(configEntry)) {
            configEntry = entries.get("config");
            Optional<HaConfig> config = configEntry
                    .flatMap(entry -> DynamicConfig.parse(entry.value()))
                    .map(HaConfig::from);
            boolean before = paused;
            paused = config.filter(HaConfig::paused).isPresent();
            unpausedAt = before && !paused ? queue.now() : unpausedAt;
            boolean standby = config.filter(HaConfig::isStandbyCluster).isPresent();
            standbySince = !standby ? -1 : standbySince < 0 ? queue.now() : standbySince;
        }
    }

    private Entries entries() {
        try {
            return dcs.read();
        } catch (DcsException impossible) {
            throw new IllegalStateException("nothing is between the truth and the store", impossible);
        }
    }

    ClusterView view() {
        try {
            return admin.view();
        } catch (DcsException impossible) {
            throw new IllegalStateException("nothing is between the truth and the store", impossible);
        }
    }

    private boolean isChosenByHand(NodeName name) {
        Optional<FailoverRequest> request = view().failoverRequest();
        return request.filter(present -> present.isFor(name) && !present.isSwitchover())
                .isPresent();
    }

    boolean isLedBy(NodeName name) {
        return leader.filter(name::equals).isPresent();
    }

    Optional<NodeName> leader() {
        return leader;
    }

    /** Who may stand for leader in failsafe mode. */
    FailsafeMembers failsafeMembers() {
        return view().failsafe();
    }

    /** The highest number of a timeline that the cluster's history has ever told of. */
    int newestTimelinePublished() {
        return newestTimelinePublished;
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether the configuration has made the cluster a standby for so long that every node must have heard of it. */
    boolean isStandbySince(Duration atLeast) {
        return standbySince >= 0 && queue.now() - standbySince >= EventQueue.micros(atLeast);
    }

    /** Whether the cluster is paused, or was until a moment ago, so that nodes may not know better. */
    boolean isPausedOrWas(Duration before) {
        return paused || queue.now() - unpausedAt < EventQueue.micros(before);
    }

    /** The present leader was asked for by a person who accepts the loss of commits. */
    boolean isLeaderChosenByHand() {
        return leaderChosenByHand;
    }
}
