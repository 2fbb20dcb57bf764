package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.Upstream;
import java.util.Optional;

/** Whom a standby streams from: the member that its tag names, if it runs and does not itself follow us, else the leader. */
final class Upstreams {
    private Upstreams() {}

    static Optional<Upstream> of(Snapshot now, ClusterView view) {
        if (now.node().tags().nostream()) {
            return Optional.empty();
        }
        return named(now.self(), now.node().tags(), view).or(view::leaderMember).flatMap(Member::asUpstream);
    }

    /** The member that this one streams from instead of the leader. */
    static Optional<Member> named(NodeName standby, Tags tags, ClusterView view) {
        return tags.replicatefrom()
                .filter(name -> !name.equals(standby.value()))
                .flatMap(name -> view.members().values().stream()
                        .filter(member -> member.name().value().equals(name))
                        .findFirst())
                .filter(Member::isRunning)
                .filter(member -> !follows(member, standby));
    }

    private static boolean follows(Member member, NodeName self) {
        return member.tags().replicatefrom().filter(self.value()::equals).isPresent();
    }
}
