package dev.regent.rest;

import dev.regent.ha.decision.Operation;
import dev.regent.ha.engine.Ticker;
import dev.regent.ha.event.HaEvent;
import dev.regent.ha.event.HaListener;
import dev.regent.rest.FailoverPhases.Phase;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has happened to a node since it began: counted and timed for {@code GET /metrics}, its last decisions remembered for
 * people. Make one, and give it to the node as a listener and to the server. Thread-safe.
 */
public final class Chronicle implements HaListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Chronicle.class);
    private static final int DECISIONS = 100;

    /** What was decided when; seldom the same twice in a row. */
    record Entry(OffsetDateTime at, String action, String reason, String why) {}

    private final Ticker ticker;
    private final Clock clock;
    private final PauseMeter pauses;
    private final Deque<Entry> decisions = new ArrayDeque<>();
    private final Map<String, Long> decisionsByReason = new TreeMap<>();
    private final Map<HaEvent.StoreCall, Tally> store = new EnumMap<>(HaEvent.StoreCall.class);
    private final Map<HaEvent.StoreCall, Long> storeFailures = new EnumMap<>(HaEvent.StoreCall.class);
    private final Map<String, Tally> operations = new TreeMap<>();
    private final Map<String, Long> failedOperations = new TreeMap<>();
    private final Map<Phase, Tally> phases = new EnumMap<>(Phase.class);
    private final Tally cycles = new Tally();
    private final FailoverPhases failover = new FailoverPhases();
    private Map<Phase, Duration> lastFailover = Map.of();
    private @Nullable OffsetDateTime lastFailoverAt;

    public Chronicle() {
        this(Ticker.system(), Clock.systemUTC());
    }

    Chronicle(Ticker ticker, Clock clock) {
        this.ticker = ticker;
        this.clock = clock;
        this.pauses = new PauseMeter(ticker);
        for (HaEvent.StoreCall call : HaEvent.StoreCall.values()) {
            store.put(call, new Tally());
            storeFailures.put(call, 0L);
        }
        for (Phase phase : Phase.values()) {
            phases.put(phase, new Tally());
        }
    }

    @Override
    public synchronized void onEvent(HaEvent event) {
        if (event instanceof HaEvent.Cycled cycled) {
            cycles.add(cycled.took());
        } else if (event instanceof HaEvent.StoreAsked asked) {
            store.computeIfAbsent(asked.call(), call -> new Tally()).add(asked.took());
            if (!asked.answered()) {
                storeFailures.merge(asked.call(), 1L, Long::sum);
            }
        } else if (event instanceof HaEvent.Decided decided) {
            note(decided);
        } else if (event instanceof HaEvent.OperationEnded ended) {
            note(ended);
        }
        failover.on(event, ticker.read()).ifPresent(this::note);
    }

    private void note(HaEvent.Decided decided) {
        decisionsByReason.merge(decided.decision().reason().name(), 1L, Long::sum);
        if (decisions.size() == DECISIONS) {
            decisions.removeFirst();
        }
        decisions.addLast(new Entry(
                OffsetDateTime.now(clock),
                decided.decision().action() instanceof Operation operation
                        ? operation.label()
                        : words(decided.decision().action().getClass()).replace('_', ' '),
                decided.decision().reason().name(),
                decided.decision().explanation()));
    }

    private void note(HaEvent.OperationEnded ended) {
        String name = words(ended.operation().getClass());
        operations.computeIfAbsent(name, operation -> new Tally()).add(ended.took());
        if (ended.error().isPresent()) {
            failedOperations.merge(name, 1L, Long::sum);
        }
    }

    private void note(Map<Phase, Duration> taken) {
        lastFailover = taken;
        lastFailoverAt = OffsetDateTime.now(clock);
        taken.forEach((phase, duration) ->
                phases.computeIfAbsent(phase, other -> new Tally()).add(duration));
        LOG.info(
                "leading took {} ms: {}",
                taken.values().stream().mapToLong(Duration::toMillis).sum(),
                taken.entrySet().stream()
                        .map(phase -> phase.getKey().name().toLowerCase(Locale.ROOT) + " "
                                + phase.getValue().toMillis() + " ms")
                        .collect(Collectors.joining(", ")));
    }

    /** {@code StartStandby} is {@code start_standby}. */
    private static String words(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    /** The last ones, the youngest first. */
    synchronized List<Entry> decisions() {
        Deque<Entry> youngestFirst = new ArrayDeque<>();
        decisions.forEach(youngestFirst::addFirst);
        return List.copyOf(youngestFirst);
    }

    synchronized void write(MetricsText out) {
        out.metric("regent_decisions_total", "counter", "Decisions to do something, or to wait for another reason.");
        decisionsByReason.forEach(
                (reason, count) -> out.sample("", MetricsText.label("reason", reason), Long.toString(count)));
        out.metric("regent_cycle_seconds", "histogram", "Time to look, decide and act once.");
        cycles.writeHistogram(out, "");
        writeStore(out);
        writeOperations(out);
        writeFailovers(out);
        out.metric(
                "regent_pause_seconds", "summary", "Times of 50 ms and more in which the whole process stood still.");
        pauses.pauses().writeSummary(out, "");
        out.metric(
                        "regent_pause_longest_seconds",
                        "gauge",
                        "The longest of them; at the time to live it costs leadership.")
                .seconds(pauses.pauses().longest());
    }

    private void writeStore(MetricsText out) {
        out.metric("regent_store_seconds", "histogram", "Time that calls to the store took.");
        store.forEach((call, tally) -> tally.writeHistogram(out, MetricsText.label("call", call.name())));
        out.metric("regent_store_failures_total", "counter", "Calls that the store has not answered.");
        storeFailures.forEach(
                (call, count) -> out.sample("", MetricsText.label("call", call.name()), Long.toString(count)));
    }

    private void writeOperations(MetricsText out) {
        out.metric("regent_operation_seconds", "summary", "Time that operations on the server took.");
        operations.forEach((name, tally) -> tally.writeSummary(out, MetricsText.label("operation", name)));
        out.metric("regent_operation_failures_total", "counter", "Operations on the server that have failed.");
        operations
                .keySet()
                .forEach(name -> out.sample(
                        "",
                        MetricsText.label("operation", name),
                        Long.toString(failedOperations.getOrDefault(name, 0L))));
    }

    private void writeFailovers(MetricsText out) {
        out.metric("regent_failover_phase_seconds", "summary", "Time that the phases of becoming the leader took.");
        phases.forEach((phase, tally) -> tally.writeSummary(out, MetricsText.label("phase", phase.name())));
        out.metric("regent_last_failover_phase_seconds", "gauge", "The same for the last time.");
        lastFailover.forEach((phase, took) ->
                out.sample("", MetricsText.label("phase", phase.name()), MetricsText.number(took.toMillis() / 1000.0)));
        out.metric(
                        "regent_last_failover_timestamp_seconds",
                        "gauge",
                        "When this node last became the leader, 0 if never.")
                .value(Optional.ofNullable(lastFailoverAt)
                        .map(OffsetDateTime::toEpochSecond)
                        .orElse(0L));
    }

    @Override
    public void close() {
        pauses.close();
    }
}
