package dev.regent.rest;

import dev.regent.ha.Explanation;
import dev.regent.ha.HaNode;
import dev.regent.ha.NodeStatus;
import dev.regent.ha.decision.OrderOutcome;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.model.ScheduledRestart;
import dev.regent.ha.spi.FailsafeAnswer;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The node that the API speaks for. Thread-safe; only {@link #databaseNow()} may take longer than a moment. */
public interface NodeView {
    NodeSettings settings();

    /** The last observation; absent before the first. */
    Optional<NodeStatus> status();

    /** What the node does next and why; absent before the first observation. */
    Optional<Explanation> explanation();

    /** How long ago that observation began; absent before the first. */
    Optional<Duration> sinceLastLook();

    /** When the store last answered; absent when it never has. */
    Optional<OffsetDateTime> storeSeenAt();

    /** How long the node is sure to lead from now on; zero when it does not lead. */
    Duration leadershipLeft();

    /** The operation on the server that is under way now. */
    Optional<RunningOperation> operation();

    /** Asks the server now; may take about a second when the server does not answer. */
    DatabaseStatus databaseNow();

    /** Whether the node needs a watchdog to lead and has none that works. */
    default boolean isWatchdogFailed() {
        return false;
    }

    /** Whether its primary lives on by the members' word, or it has given its own word to one that does. */
    default boolean isFailsafeActive() {
        return false;
    }

    /** The answer to a primary that wants to go on although the store does not answer. */
    default FailsafeAnswer answer(FailsafeAnnouncement primary) {
        return new FailsafeAnswer.Refused(FailsafeAnswer.Ground.MODE_OFF, "failsafe_mode is off");
    }

    /** Makes the node look and decide now. */
    void wake();

    /** Restarts the server if it fulfils the conditions; the outcome comes when it accepts connections again. */
    CompletableFuture<OrderOutcome> restart(RestartConditions conditions);

    /** False when a restart is scheduled already. */
    boolean scheduleRestart(OffsetDateTime at, RestartConditions conditions);

    /** The restart that is to come. */
    Optional<ScheduledRestart> scheduledRestart();

    /** False when no restart is scheduled. */
    boolean cancelScheduledRestart();

    /** Copies the data anew; the outcome tells that this has begun, or why not. */
    CompletableFuture<OrderOutcome> reinitialize(boolean force, boolean fromLeader);

    /** A running node, and where to ask for the status of its server. */
    static NodeView of(HaNode node, Supplier<DatabaseStatus> database) {
        return new HaNodeView(node, database);
    }
}
