package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Upstream;
import java.util.Optional;

/** Whom a standby streams from: the member that its tag names, if it runs and does not itself follow us, else the leader. */
final class Upstreams {
    private Upstreams() {}

    static Optional<Upstream> of(Snapshot now, ClusterView view) {
        if (now.node().tags().nostream()) {
            return Optional.empty();
        }
        return named(now, view).or(view::leaderMember).flatMap(Member::asUpstream);
    }

    private static Optional<Member> named(Snapshot now, ClusterView view) {
        return now.node()
                .tags()
                .replicatefrom()
                .filter(name -> !name.equals(now.self().value()))
                .flatMap(name -> view.member(NodeName.of(name)))
                .filter(Member::isRunning)
                .filter(member -> !follows(member, now.self()));
    }

    private static boolean follows(Member member, NodeName self) {
        return member.tags().replicatefrom().filter(self.value()::equals).isPresent();
    }
}
