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

/** A node in this process, seen by its API. Immutable. */
record HaNodeView(HaNode node, Supplier<DatabaseStatus> database) implements NodeView {
    @Override
    public NodeSettings settings() {
        return node.settings();
    }

    @Override
    public Optional<NodeStatus> status() {
        return node.status();
    }

    @Override
    public Optional<Explanation> explanation() {
        return node.explanation();
    }

    @Override
    public Optional<Duration> sinceLastLook() {
        return node.sinceLastLook();
    }

    @Override
    public Optional<OffsetDateTime> storeSeenAt() {
        return node.storeSeenAt();
    }

    @Override
    public Duration leadershipLeft() {
        return node.leadershipLeft();
    }

    @Override
    public Optional<RunningOperation> operation() {
        return node.operation();
    }

    @Override
    public DatabaseStatus databaseNow() {
        return database.get();
    }

    @Override
    public boolean isWatchdogFailed() {
        return status().filter(NodeStatus::isWatchdogFailed).isPresent();
    }

    @Override
    public boolean isFailsafeActive() {
        return node.isFailsafeActive();
    }

    @Override
    public FailsafeAnswer answer(FailsafeAnnouncement primary) {
        return node.answer(primary);
    }

    @Override
    public void wake() {
        node.wake();
    }

    @Override
    public CompletableFuture<OrderOutcome> restart(RestartConditions conditions) {
        return node.restart(conditions);
    }

    @Override
    public boolean scheduleRestart(OffsetDateTime at, RestartConditions conditions) {
        return node.scheduleRestart(at, conditions);
    }

    @Override
    public Optional<ScheduledRestart> scheduledRestart() {
        return node.scheduledRestart();
    }

    @Override
    public boolean cancelScheduledRestart() {
        return node.cancelScheduledRestart();
    }

    @Override
    public CompletableFuture<OrderOutcome> reinitialize(boolean force, boolean fromLeader) {
        return node.reinitialize(force, fromLeader);
    }
}
