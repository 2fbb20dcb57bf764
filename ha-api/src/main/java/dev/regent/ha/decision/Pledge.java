package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.Member;
import java.time.Duration;
import java.util.Optional;

/**
 * What this node has promised to a primary that goes on without the store: not to open its own server for writes for a
 * while. Immutable.
 *
 * @param to absent when an earlier life of this node may have promised it, to whom is not known
 * @param left for how much longer
 */
public record Pledge(Optional<FailsafeAnnouncement> to, Duration left) {

    /** The same, as far as anything is seen of the cluster. */
    public static Knowledge appliedTo(Knowledge knowledge, Optional<Pledge> pledge) {
        return knowledge instanceof Knowledge.Seen seen
                ? new Knowledge.Seen(appliedTo(seen.view(), pledge))
                : knowledge;
    }

    /** The cluster as this node must see it: it is not vacant as long as the primary that it has given its word to may live. */
    public static ClusterView appliedTo(ClusterView view, Optional<Pledge> pledge) {
        Optional<FailsafeAnnouncement> primary = pledge.flatMap(Pledge::to);
        return view.isVacant() && primary.isPresent()
                ? view.ledBy(
                        Member.primaryByItsWord(
                                primary.get().name(),
                                primary.get().connUrl(),
                                primary.get().apiUrl()),
                        primary.get().slots())
                : view;
    }
}
