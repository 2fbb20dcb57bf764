package dev.regent.ha.spi;

import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.NodeName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks members, all at the same time, whether they let this node's primary go on although the store does not answer. Called
 * by the engine's thread.
 */
@FunctionalInterface
public interface Failsafe extends AutoCloseable {
    /**
     * One answer for each member; who has not accepted after {@code atMost} has refused.
     *
     * @param members where each answers
     */
    Map<NodeName, FailsafeAnswer> ask(
            FailsafeAnnouncement announcement, Map<NodeName, String> members, Duration atMost);

    @Override
    default void close() {}

    /** There is no way to ask: failsafe mode then keeps a primary alive only in a cluster of one. */
    static Failsafe unavailable() {
        return (announcement, members, atMost) -> {
            Map<NodeName, FailsafeAnswer> answers = new LinkedHashMap<>();
            members.keySet()
                    .forEach(name -> answers.put(
                            name,
                            new FailsafeAnswer.Refused(
                                    FailsafeAnswer.Ground.NO_ANSWER, "this node has no way to ask members")));
            return answers;
        };
    }

    /** An acceptance that says nothing more. */
    static FailsafeAnswer accepted() {
        return new FailsafeAnswer.Accepted(Optional.empty(), Optional.empty());
    }
}
