package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.Replica;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The standbys that commits may wait for: members that stream from this server, are allowed to, and do not lag. */
final class SynchronousCandidates {
    /** A connected standby together with what its member entry says. The present synchronous standbys come before equals. */
    private record Candidate(Member member, Replica replica) {
        static final Comparator<Candidate> PREFERENCE = Comparator.comparing(Candidate::mustNotLead)
                .thenComparing(Comparator.comparingInt(Candidate::priority).reversed())
                .thenComparing(Comparator.comparing(Candidate::isSynchronous).reversed())
                .thenComparing(Comparator.comparing(Candidate::flushed).reversed())
                .thenComparing(Candidate::name);

        NodeName name() {
            return member.name();
        }

        boolean mustNotLead() {
            return member.tags().nofailover();
        }

        int priority() {
            return member.tags().syncPriority();
        }

        boolean isSynchronous() {
            return SynchronousCandidates.isSynchronous(replica);
        }

        Lsn flushed() {
            return replica.flush().orElse(Lsn.ZERO);
        }
    }

    private SynchronousCandidates() {}

    /** The best to wait for, so many at most. */
    static Set<NodeName> best(Snapshot now, ClusterView view, int most) {
        return preferred(now, view)
                .map(Candidate::name)
                .distinct()
                .limit(most)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** All of them; of those that must not lead only as many as it takes to have {@code enough}. */
    static Set<NodeName> all(Snapshot now, ClusterView view, int enough) {
        Set<NodeName> chosen = new TreeSet<>();
        preferred(now, view)
                .filter(candidate -> !candidate.mustNotLead() || chosen.size() < enough)
                .forEachOrdered(candidate -> chosen.add(candidate.name()));
        return chosen;
    }

    /** Whether commits wait for the standby, alone or as one of several. */
    static boolean isSynchronous(Replica replica) {
        return replica.syncState().equals("sync") || replica.syncState().equals("quorum");
    }

    private static Stream<Candidate> preferred(Snapshot now, ClusterView view) {
        List<Candidate> streaming = now.database().replicas().stream()
                .filter(replica -> replica.isStreaming() && replica.flush().isPresent())
                .flatMap(replica -> ofReplica(replica, now, view))
                .toList();
        Lsn furthest = streaming.size() > 1
                ? streaming.stream()
                        .map(Candidate::flushed)
                        .max(Comparator.naturalOrder())
                        .orElseThrow()
                : now.database().wal().position();
        long allowed = now.config().maximumLagOnSyncnode();
        return streaming.stream()
                .filter(candidate -> allowed <= 0 || furthest.minus(candidate.flushed()) <= allowed)
                .sorted(Candidate.PREFERENCE);
    }

    private static Stream<Candidate> ofReplica(Replica replica, Snapshot now, ClusterView view) {
        return view.members().values().stream()
                .filter(member -> member.name().matches(replica.applicationName()))
                .filter(member -> !member.name().equals(now.self()) && member.isRunning())
                .filter(member -> !member.tags().nosync() && !belongsElsewhere(member, now, view))
                .limit(1)
                .map(member -> new Candidate(member, replica));
    }

    /** Streams from here only until the standby that it is to follow, which streams from here, takes it over. */
    private static boolean belongsElsewhere(Member member, Snapshot now, ClusterView view) {
        return Upstreams.named(member.name(), member.tags(), view)
                .filter(upstream -> !upstream.name().equals(now.self()))
                .filter(upstream -> now.database().replicas().stream()
                        .anyMatch(replica -> upstream.name().matches(replica.applicationName())))
                .isPresent();
    }
}
