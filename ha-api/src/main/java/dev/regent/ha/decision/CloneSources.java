package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.Upstream;
import java.util.List;
import java.util.Optional;

/**
 * Which of the members that ask to be copied from (tag {@code clonefrom}) is copied. Members that are created at the same time
 * spread over them by their names, and who has failed tries the next one, without a die that a decision must not throw.
 */
final class CloneSources {
    private CloneSources() {}

    /** Absent when none of them runs; the leader is not one of them. */
    static Optional<Upstream> best(Snapshot now, ClusterView view, Member leader) {
        List<Upstream> sources = view.members().values().stream()
                .filter(member -> member.tags().clonefrom() && member.isRunning())
                .filter(member ->
                        !member.name().equals(leader.name()) && !member.name().equals(now.self()))
                .flatMap(member -> member.asUpstream().stream())
                .toList();
        int failures = now.last(Operation.Clone.class)
                .map(FinishedOperation::failuresInARow)
                .orElse(0);
        int place = now.self().value().hashCode() + failures;
        return sources.isEmpty() ? Optional.empty() : Optional.of(sources.get(Math.floorMod(place, sources.size())));
    }
}
