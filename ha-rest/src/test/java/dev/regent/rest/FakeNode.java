package dev.regent.rest;

import dev.regent.ha.Explanation;
import dev.regent.ha.NodeStatus;
import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.FailsafeState;
import dev.regent.ha.decision.Knowledge;
import dev.regent.ha.decision.NodeOrders;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.OrderOutcome;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.model.ScheduledRestart;
import dev.regent.ha.model.Tags;
import dev.regent.ha.spi.Failsafe;
import dev.regent.ha.spi.FailsafeAnswer;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A node that is what a test says. By default it has looked long ago, follows, and its server streams. */
final class FakeNode implements NodeView {
    static final OffsetDateTime SEEN_AT = Instant.ofEpochSecond(1_930_262_401).atOffset(ZoneOffset.UTC);

    private volatile NodeSettings settings;
    private volatile ClusterView view = Orders.view(Orders.entries());
    private volatile HaConfig config = HaConfig.DEFAULT;
    private volatile boolean blind;
    private volatile boolean hasLooked = true;
    private volatile DatabaseStatus seen = Orders.standby();
    private volatile Supplier<DatabaseStatus> database = Orders::standby;
    private volatile Duration sinceLastLook = Duration.ofSeconds(5);
    private volatile Duration leadershipLeft = Duration.ZERO;
    private volatile Optional<RunningOperation> operation = Optional.empty();
    private volatile boolean watchdogFailed;
    private volatile Optional<ScheduledRestart> scheduled = Optional.empty();
    private volatile boolean failsafeActive;
    private volatile Optional<Duration> leavingFor = Optional.empty();
    private volatile FailsafeAnswer answer = Failsafe.accepted();

    /** What becomes of orders. */
    volatile CompletableFuture<OrderOutcome> outcome = new CompletableFuture<>();

    /** What orders were given. */
    final Queue<String> orders = new ConcurrentLinkedQueue<>();

    /** What primaries have asked. */
    final Queue<FailsafeAnnouncement> announcements = new ConcurrentLinkedQueue<>();

    private volatile Explanation explanation = new Explanation(
            NodeName.of("pg-b"),
            Optional.of(NodeName.of("pg-a")),
            "wait",
            Reason.FOLLOWING,
            "I follow the leader",
            Optional.of("pg-a leads; if it were lost, I would stand"),
            Optional.empty(),
            List.of(),
            SEEN_AT,
            Optional.empty());

    /** How often the server was asked. */
    final AtomicInteger questions = new AtomicInteger();

    final AtomicInteger wakeUps = new AtomicInteger();

    FakeNode(String name) {
        settings = Orders.settings(name, Tags.NONE);
    }

    FakeNode tags(Object... namesAndValues) {
        settings = Orders.settings(settings.name().value(), Orders.tags(namesAndValues));
        return this;
    }

    FakeNode entries(Map<String, String> entries) {
        view = Orders.view(entries);
        config = HaConfig.from(view.config().orElse(DynamicConfig.EMPTY));
        return this;
    }

    /** The cluster-wide configuration besides the timings. */
    FakeNode config(String members) {
        Map<String, String> entries = Orders.entries();
        entries.put("config", "{" + Orders.TIMINGS + "," + members + "}");
        entries.put("sync", "{\"leader\":\"pg-a\",\"quorum\":0,\"sync_standby\":\"pg-b\"}");
        return entries(entries);
    }

    FakeNode leads() {
        leadershipLeft = Duration.ofSeconds(20);
        return server(Orders.primary());
    }

    FakeNode leadershipLeft(Duration left) {
        leadershipLeft = left;
        return this;
    }

    FakeNode server(DatabaseStatus status) {
        seen = status;
        return asked(() -> status);
    }

    FakeNode asked(Supplier<DatabaseStatus> answer) {
        database = answer;
        return this;
    }

    /** What the node itself saw in its last look, this long ago. */
    FakeNode looked(DatabaseStatus status, Duration ago) {
        seen = status;
        sinceLastLook = ago;
        return this;
    }

    FakeNode blind() {
        blind = true;
        return this;
    }

    FakeNode beforeFirstLook() {
        hasLooked = false;
        return this;
    }

    FakeNode doing(Operation doing) {
        operation = Optional.of(new RunningOperation(doing, Duration.ofSeconds(1), false));
        return this;
    }

    /** It was told to leave. */
    FakeNode leaves() {
        leavingFor = Optional.of(Duration.ZERO);
        return this;
    }

    FakeNode watchdogFailed() {
        watchdogFailed = true;
        return this;
    }

    FakeNode failsafeActive() {
        failsafeActive = true;
        return this;
    }

    FakeNode answering(FailsafeAnswer value) {
        answer = value;
        return this;
    }

    FakeNode explains(Explanation value) {
        explanation = value;
        return this;
    }

    @Override
    public NodeSettings settings() {
        return settings;
    }

    @Override
    public Optional<NodeStatus> status() {
        return hasLooked ? Optional.of(new NodeStatus(snapshot(), decision())) : Optional.empty();
    }

    @Override
    public Optional<Explanation> explanation() {
        return hasLooked ? Optional.of(explanation) : Optional.empty();
    }

    private Snapshot snapshot() {
        return new Snapshot(
                settings,
                blind ? new Knowledge.Blind(Duration.ofSeconds(3), view) : new Knowledge.Seen(view),
                seen,
                leadershipLeft,
                operation,
                Map.of(),
                Map.of(),
                Optional.empty(),
                config,
                Optional.empty(),
                Duration.ZERO,
                Optional.empty(),
                new NodeOrders(leavingFor, Optional.empty(), scheduled),
                Optional.empty(),
                FailsafeState.NONE,
                SEEN_AT);
    }

    private static Decision decision() {
        return Decision.of(Action.WAIT, Reason.FOLLOWING);
    }

    @Override
    public Optional<Duration> sinceLastLook() {
        return hasLooked ? Optional.of(sinceLastLook) : Optional.empty();
    }

    @Override
    public Optional<OffsetDateTime> storeSeenAt() {
        return hasLooked ? Optional.of(SEEN_AT) : Optional.empty();
    }

    @Override
    public Duration leadershipLeft() {
        return leadershipLeft;
    }

    @Override
    public Optional<RunningOperation> operation() {
        return operation;
    }

    @Override
    public DatabaseStatus databaseNow() {
        questions.incrementAndGet();
        return database.get();
    }

    @Override
    public boolean isWatchdogFailed() {
        return watchdogFailed;
    }

    @Override
    public boolean isFailsafeActive() {
        return failsafeActive;
    }

    @Override
    public FailsafeAnswer answer(FailsafeAnnouncement primary) {
        announcements.add(primary);
        return answer;
    }

    @Override
    public void wake() {
        wakeUps.incrementAndGet();
    }

    @Override
    public CompletableFuture<OrderOutcome> restart(RestartConditions conditions) {
        orders.add("restart " + conditions);
        return outcome;
    }

    @Override
    public boolean scheduleRestart(OffsetDateTime at, RestartConditions conditions) {
        if (scheduled.isPresent()) {
            return false;
        }
        scheduled = Optional.of(new ScheduledRestart(at, conditions, Optional.of("long ago")));
        return true;
    }

    @Override
    public Optional<ScheduledRestart> scheduledRestart() {
        return scheduled;
    }

    @Override
    public boolean cancelScheduledRestart() {
        boolean was = scheduled.isPresent();
        scheduled = Optional.empty();
        return was;
    }

    @Override
    public CompletableFuture<OrderOutcome> reinitialize(boolean force, boolean fromLeader) {
        orders.add("reinitialize force=" + force + " fromLeader=" + fromLeader);
        return outcome;
    }
}
