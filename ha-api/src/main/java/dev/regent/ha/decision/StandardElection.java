package dev.regent.ha.decision;

import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.ServerHealth;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.Ballot;
import dev.regent.ha.spi.ElectionPolicy;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Verdict;
import java.util.Map;

/** The rules by which members elect a leader among themselves, each a policy of its own. */
public final class StandardElection {
    private StandardElection() {}

    /**
     * All rules. An embedder adds its own with {@link ElectionPolicy#allOf}, or puts the rules below together in another way;
     * whoever leaves one out takes on what it prevents.
     */
    public static ElectionPolicy policy() {
        return ElectionPolicy.allOf(
                StandardElection::mayLead,
                StandardElection::holdsEveryAcknowledgedCommit,
                StandardElection::isNotTooFarBehind,
                StandardElection::isOnTheClustersTimeline,
                StandardElection::noPrimaryIsAlive,
                StandardElection::nobodyIsAhead,
                QuorumVotes::judge,
                StandardElection::nobodyEqualIsPreferred);
    }

    /** A tag may forbid it, and a server that is not well; not to a server that is the primary already. */
    public static Verdict mayLead(Ballot ballot) {
        if (ballot.database().is(ServerState.PRIMARY)) {
            return Verdict.stand();
        }
        if (ballot.tags().nofailover()) {
            return Verdict.refuse("my tag nofailover, or failover_priority 0, forbids it");
        }
        ServerHealth health = ballot.database().health();
        return health.isWell()
                ? Verdict.stand()
                : Verdict.refuse(
                        "my server is not fit to lead (" + health.finding().label() + "): " + health.why());
    }

    /** Where replication is synchronous, only who surely holds every acknowledged commit. */
    public static Verdict holdsEveryAcknowledgedCommit(Ballot ballot) {
        return !ballot.view().sync().isActive() || ballot.view().sync().contains(ballot.self())
                ? Verdict.stand()
                : Verdict.refuse("I may lack commits that synchronous replication has promised; only "
                        + ballot.view().sync().leader().orElseThrow() + " and "
                        + ballot.view().sync().standbys() + " surely have them");
    }

    /** Nobody who is further behind the last leader than {@code maximum_lag_on_failover}. */
    public static Verdict isNotTooFarBehind(Ballot ballot) {
        if (ballot.database().is(ServerState.PRIMARY)) {
            return Verdict.stand();
        }
        long lag = ballot.view().status().optime().minus(ballot.database().wal().position());
        return lag <= ballot.config().maximumLagOnFailover()
                ? Verdict.stand()
                : Verdict.refuse("I am " + lag + " bytes behind the last leader, more than maximum_lag_on_failover ("
                        + ballot.config().maximumLagOnFailover() + ") allows");
    }

    /** Whoever was promoted from an older timeline would begin one that bears the number of another; a standby leader is not. */
    public static Verdict isOnTheClustersTimeline(Ballot ballot) {
        int own = ballot.database().wal().timeline();
        return own >= ballot.view().timeline() || ballot.config().isStandbyCluster()
                ? Verdict.stand()
                : Verdict.refuse("I am on timeline " + own + ", the cluster is on "
                        + ballot.view().timeline());
    }

    /** Nobody while another member says that its server accepts writes. */
    public static Verdict noPrimaryIsAlive(Ballot ballot) {
        return ballot.peers().entrySet().stream()
                .filter(peer -> peer.getValue() instanceof PeerStatus.Answer answer && !answer.inRecovery())
                .findFirst()
                .map(peer -> Verdict.refuse("the server of " + peer.getKey() + " still accepts writes"))
                .orElse(Verdict.stand());
    }

    /**
     * The furthest one of those who may lead. A primary goes by timelines alone: its standbys were asked after it was, so that they seem to be ahead of it while
     * clients write.
     */
    public static Verdict nobodyIsAhead(Ballot ballot) {
        WalPosition own = ballot.database().wal();
        boolean primary = ballot.database().is(ServerState.PRIMARY);
        boolean timelinesCount = primary || ballot.config().isStandbyCluster();
        return firstRival(
                ballot,
                answer -> {
                    int later = timelinesCount ? Integer.compare(answer.wal().timeline(), own.timeline()) : 0;
                    return later > 0
                            || (later == 0
                                    && !primary
                                    && answer.wal().position().isAfter(own.position()));
                },
                "is ahead of me");
    }

    /** Nobody while another one is as far and has a higher {@code failover_priority}. */
    public static Verdict nobodyEqualIsPreferred(Ballot ballot) {
        if (ballot.database().is(ServerState.PRIMARY)) {
            return Verdict.stand();
        }
        int own = ballot.tags().failoverPriority();
        return firstRival(
                ballot,
                answer -> answer.wal().position().equals(ballot.database().wal().position())
                        && answer.tags().failoverPriority() > own,
                "is equally far and has a higher failover_priority");
    }

    private static Verdict firstRival(
            Ballot ballot, java.util.function.Predicate<PeerStatus.Answer> beatsMe, String how) {
        return ballot.peers().entrySet().stream()
                .filter(peer -> peer.getValue() instanceof PeerStatus.Answer answer
                        && canLead(ballot, peer.getKey(), answer)
                        && beatsMe.test(answer))
                .map(Map.Entry::getKey)
                .findFirst()
                .map(rival -> Verdict.refuse(rival + " " + how))
                .orElse(Verdict.stand());
    }

    /** A member that must not lead does not keep others from it, however far it is. */
    static boolean canLead(Ballot ballot, NodeName name, PeerStatus.Answer answer) {
        return answer.mayLead()
                && (ballot.config().isStandbyCluster()
                        || answer.wal().timeline() >= ballot.view().timeline())
                && (!ballot.view().sync().isActive() || ballot.view().sync().contains(name));
    }
}
