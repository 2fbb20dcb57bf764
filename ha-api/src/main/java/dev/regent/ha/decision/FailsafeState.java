package dev.regent.ha.decision;

import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.FailsafeAnswer;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How failsafe mode stands at this node. Immutable.
 *
 * @param answers what the members said when this primary, to which the store does not answer, asked them last; empty when it
 *     has not asked
 * @param byMembers the leadership rests on the members' word, not on a session
 * @param pledge what this node has promised to another primary
 */
public record FailsafeState(Map<NodeName, FailsafeAnswer> answers, boolean byMembers, Optional<Pledge> pledge) {
    public static final FailsafeState NONE = new FailsafeState(Map.of(), false, Optional.empty());

    public FailsafeState {
        answers = Collections.unmodifiableMap(new TreeMap<>(answers));
    }

    /**
     * For how long, counted from when they were asked, the members let a primary go on: as long as the shortest pledge; absent
     * when one of them does not.
     */
    public static Optional<Duration> consent(Map<NodeName, FailsafeAnswer> answers, Duration ttl) {
        Duration shortest = ttl;
        for (FailsafeAnswer answer : answers.values()) {
            if (!(answer instanceof FailsafeAnswer.Accepted accepted)) {
                return Optional.empty();
            }
            Duration pledged = accepted.pledgedFor().orElse(ttl);
            shortest = pledged.compareTo(shortest) < 0 ? pledged : shortest;
        }
        return Optional.of(shortest);
    }

    /** Who does not let this primary go on, and why. */
    Optional<String> objection() {
        return answers.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof FailsafeAnswer.Refused)
                .findFirst()
                .map(entry -> entry.getKey() + ": " + ((FailsafeAnswer.Refused) entry.getValue()).why());
    }
}
