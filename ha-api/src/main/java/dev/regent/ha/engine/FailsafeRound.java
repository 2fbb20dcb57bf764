package dev.regent.ha.engine;

import dev.regent.ha.decision.FailsafeState;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.spi.Failsafe;
import dev.regent.ha.spi.FailsafeAnswer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A primary to which the store does not answer asks all members whether it may go on, and believes them for as long as the
 * shortest pledge, counted from before they were asked. Used by the cycle's thread.
 */
final class FailsafeRound {
    private static final Logger LOG = LoggerFactory.getLogger(FailsafeRound.class);
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(2);
    /** Like a session, the members' word is renewed when a third of it has gone: a round may fail twice. */
    private static final int RENEWALS_PER_TTL = 3;

    private final Supplier<NodeSettings> node;
    private final FailsafeMap map;
    private final Failsafe members;
    private final Leadership leadership;
    private final Guard guard;
    private final Ticker ticker;
    private Map<NodeName, FailsafeAnswer> answers = Map.of();
    private boolean goesOn;

    FailsafeRound(
            Supplier<NodeSettings> node,
            FailsafeMap map,
            Failsafe members,
            Leadership leadership,
            Guard guard,
            Ticker ticker) {
        this.node = node;
        this.map = map;
        this.members = members;
        this.leadership = leadership;
        this.guard = guard;
        this.ticker = ticker;
    }

    /** What the members said when they were last asked while the store did not answer. */
    Map<NodeName, FailsafeAnswer> answers() {
        return answers;
    }

    void storeFound() {
        answers = Map.of();
        goesOn = false;
    }

    /** Asks if that is due; true when the leadership lasts longer now. */
    boolean prolonged(DatabaseStatus database, HaConfig config) {
        if (!config.failsafeMode() || config.paused() || !database.mayAcceptWrites() || !isDue(config)) {
            return false;
        }
        Optional<Map<NodeName, String>> asked = map.toAsk();
        return asked.isPresent() && node.get().apiUrl().isPresent() && ask(asked.get(), database, config);
    }

    /** Not before a renewal is overdue, and not when there is only the time left to stop. */
    private boolean isDue(HaConfig config) {
        Duration left = leadership.left();
        Duration overdue = config.ttl().minus(config.ttl().dividedBy(RENEWALS_PER_TTL));
        return left.compareTo(overdue) <= 0 && left.compareTo(config.fenceMargin()) > 0;
    }

    private boolean ask(Map<NodeName, String> asked, DatabaseStatus database, HaConfig config) {
        Duration sentAt = ticker.read();
        Duration spare = leadership.left().minus(config.fenceMargin());
        answers = asked.isEmpty()
                ? Map.of()
                : members.ask(
                        announcement(database), asked, spare.compareTo(LONGEST_ROUND) < 0 ? spare : LONGEST_ROUND);
        Optional<Duration> consent = answers.keySet().containsAll(asked.keySet())
                ? FailsafeState.consent(answers, config.ttl())
                : Optional.empty();
        boolean prolonged = consent.isPresent() && leadership.prolong(sentAt.plus(consent.get()));
        if (!prolonged || !goesOn) {
            LOG.warn(
                    "{}: {} without the store (failsafe_mode): {}",
                    node.get().name(),
                    prolonged ? "all members let me go on" : "not all members let me go on",
                    sayings());
        }
        goesOn = prolonged;
        if (prolonged) {
            guard.leadershipRenewed(leadership.left());
        }
        return prolonged;
    }

    private String sayings() {
        return answers.entrySet().stream()
                .map(entry -> entry.getKey()
                        + (entry.getValue() instanceof FailsafeAnswer.Refused refused
                                ? ": " + refused.why()
                                : " agrees"))
                .collect(Collectors.joining(", "));
    }

    private FailsafeAnnouncement announcement(DatabaseStatus database) {
        Map<String, Lsn> slots = new TreeMap<>(database.slotPositions());
        slots.put(node.get().name().slotName(), database.wal().position());
        return new FailsafeAnnouncement(
                node.get().name(), node.get().connUrl(), node.get().apiUrl().orElseThrow(), slots);
    }
}
