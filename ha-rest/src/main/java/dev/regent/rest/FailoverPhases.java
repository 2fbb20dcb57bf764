package dev.regent.rest;

import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.event.HaEvent;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long each part of a change of leader took, seen from the node that leads afterwards. Fed with what happens to it, in
 * order; used by one thread.
 */
final class FailoverPhases {
    /** From one moment to the next. */
    enum Phase {
        /** From when nobody led any more to when this node did. */
        ELECTION,
        /** Until promotion began: the synchronous set is put in order. */
        PREPARATION,
        /** Until the server was promoted. */
        PROMOTION,
        /** Until the node has seen that its server accepts writes. */
        OPENING
    }

    private @Nullable Duration last;
    private @Nullable Phase next;
    private final Map<Phase, Duration> taken = new EnumMap<>(Phase.class);

    /** What each phase took, when this event ends the last one. */
    Optional<Map<Phase, Duration>> on(HaEvent event, Duration at) {
        if (event instanceof HaEvent.LeaderChanged changed) {
            noteLeader(changed, at);
        } else if (event instanceof HaEvent.OperationStarted started
                && started.operation() instanceof Operation.Promote) {
            end(Phase.PREPARATION, at);
        } else if (event instanceof HaEvent.OperationEnded ended && ended.operation() instanceof Operation.Promote) {
            notePromotion(ended, at);
        } else if (event instanceof HaEvent.Decided decided
                && decided.decision().reason() == Reason.LEADING) {
            return finish(at);
        }
        return Optional.empty();
    }

    private void noteLeader(HaEvent.LeaderChanged changed, Duration at) {
        if (changed.after().isEmpty()) {
            taken.clear();
            last = at;
            next = Phase.ELECTION;
        } else if (!changed.after().get().equals(changed.node())) {
            next = null;
        } else if (next == Phase.ELECTION) {
            end(Phase.ELECTION, at);
        } else if (changed.before().isPresent()) {
            // Between two looks the entry was given away and taken.
            taken.clear();
            taken.put(Phase.ELECTION, Duration.ZERO);
            last = at;
            next = Phase.PREPARATION;
        }
    }

    private void notePromotion(HaEvent.OperationEnded ended, Duration at) {
        if (ended.error().isEmpty()) {
            end(Phase.PROMOTION, at);
        } else {
            next = null;
        }
    }

    private void end(Phase phase, Duration at) {
        if (next == phase && last != null) {
            taken.put(phase, at.minus(last));
            last = at;
            next = after(phase);
        }
    }

    private static @Nullable Phase after(Phase phase) {
        return switch (phase) {
            case ELECTION -> Phase.PREPARATION;
            case PREPARATION -> Phase.PROMOTION;
            case PROMOTION -> Phase.OPENING;
            case OPENING -> null;
        };
    }

    private Optional<Map<Phase, Duration>> finish(Duration at) {
        if (next != Phase.OPENING) {
            return Optional.empty();
        }
        end(Phase.OPENING, at);
        return Optional.of(new EnumMap<>(taken));
    }
}
