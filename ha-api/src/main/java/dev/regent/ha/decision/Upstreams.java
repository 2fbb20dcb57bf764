package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.StandbyCluster;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.Upstream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whom a standby streams from: the member that its tag names, if it runs and does not itself follow us, else the leader. The
 * leader of a standby cluster, and all members while there is none, stream from the remote server.
 */
final class Upstreams {
    private Upstreams() {}

    static Optional<Upstream> of(Snapshot now, ClusterView view) {
        if (now.node().tags().nostream()) {
            return Optional.empty();
        }
        return named(now.self(), now.node().tags(), view).or(view::leaderMember).flatMap(Member::asUpstream);
    }

    /** The server that a standby cluster follows; nobody where its log comes from an archive alone. */
    static Optional<Upstream> remote(Snapshot now) {
        return now.node().tags().nostream()
                ? Optional.empty()
                : now.config().standbyCluster().flatMap(StandbyCluster::upstream);
    }

    /** Whether the server is configured to stream from there. */
    static boolean isFollowed(Optional<Upstream> upstream, DatabaseStatus database) {
        return upstream.map(Upstream::addresses).orElse(List.of()).equals(database.following());
    }

    /** The member that this one streams from instead of the leader. */
    static Optional<Member> named(NodeName standby, Tags tags, ClusterView view) {
        return namedBy(standby, tags, view)
                .filter(Member::isRunning)
                .filter(member -> !leadsBackTo(standby, member, view));
    }

    /** The leader's own tag is of no account while it leads. */
    private static Optional<Member> namedBy(NodeName standby, Tags tags, ClusterView view) {
        return tags.replicatefrom()
                .filter(name -> !name.equals(standby.value()) && !view.isLedBy(standby))
                .flatMap(name -> view.members().values().stream()
                        .filter(member -> member.name().value().equals(name))
                        .findFirst());
    }

    /** Whether the tags of the member, of the one that it names, and so on, come round to the standby, whoever runs of them. */
    private static boolean leadsBackTo(NodeName standby, Member member, ClusterView view) {
        Set<NodeName> passed = new HashSet<>();
        Optional<Member> above = Optional.of(member);
        while (above.isPresent() && passed.add(above.get().name())) {
            if (above.get().name().equals(standby)) {
                return true;
            }
            above = namedBy(above.get().name(), above.get().tags(), view);
        }
        return false;
    }
}
