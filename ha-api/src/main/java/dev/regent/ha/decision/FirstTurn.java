package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.NodeName;
import java.time.Duration;
import java.util.Optional;

/**
 * Who keeps quiet for a moment when the leadership has become vacant. A member whose server is down, or that a person has
 * passed over, will hardly lead; with its questions it would only slow down those who will, while nobody can write.
 */
final class FirstTurn {
    /** Long enough for a candidate to ask, claim and be seen; too short to matter when there is none. */
    private static final Duration TURN = Duration.ofMillis(500);

    private FirstTurn() {}

    static boolean isOthers(NodeName self, ClusterView view, DatabaseStatus database, Duration vacantFor) {
        boolean alone = view.members().keySet().stream().allMatch(self::equals);
        return !alone
                && vacantFor.compareTo(TURN) < 0
                && (isDown(database) || (database.is(ServerState.STANDBY) && isPassedOver(self, view)));
    }

    /** Waits for the rest of the others' turn if it is theirs. */
    static Optional<Decision> ofOthers(Snapshot now, ClusterView view) {
        return isOthers(now.self(), view, now.database(), now.vacantFor())
                ? Optional.of(Decision.waiting(TURN.minus(now.vacantFor()), Reason.OTHERS_MAY_LEAD))
                : Optional.empty();
    }

    private static boolean isDown(DatabaseStatus database) {
        return database.is(ServerState.STOPPED) || database.is(ServerState.CRASHED);
    }

    private static boolean isPassedOver(NodeName self, ClusterView view) {
        return view.failoverRequest()
                .filter(request -> request.scheduledAt().isEmpty())
                .flatMap(FailoverRequest::candidate)
                .filter(candidate -> !candidate.equals(self) && view.members().containsKey(candidate))
                .isPresent();
    }
}
