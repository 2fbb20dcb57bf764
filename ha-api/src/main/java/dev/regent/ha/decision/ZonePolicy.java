package dev.regent.ha.decision;

import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Tags;
import dev.regent.ha.spi.Ballot;
import dev.regent.ha.spi.ElectionPolicy;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Verdict;
import java.util.Map;

/**
 * Where the leader is to be, told by each member's tag {@code zone}. To be combined with {@link StandardElection#policy()}.
 * Immutable.
 */
public final class ZonePolicy implements ElectionPolicy {
    private final String zone;
    private final boolean strict;

    private ZonePolicy(String zone, boolean strict) {
        this.zone = zone;
        this.strict = strict;
    }

    /** Members elsewhere never lead unless a person names them, also when nobody in the zone is left. */
    public static ElectionPolicy stayIn(String zone) {
        return new ZonePolicy(zone, true);
    }

    /**
     * Members elsewhere let one of the zone go first that is fit and as far as they are, for a loop wait at most: what is
     * replicated is never given up for the zone, and a member of the zone that does not take its turn blocks nobody.
     */
    public static ElectionPolicy prefer(String zone) {
        return new ZonePolicy(zone, false);
    }

    @Override
    public Verdict judge(Ballot ballot) {
        if (isIn(ballot.tags()) || ballot.database().is(ServerState.PRIMARY)) {
            return Verdict.stand();
        }
        return strict
                ? Verdict.refuse("the leader stays in zone " + zone + ", which my tag zone does not name")
                : lettingTheZoneGoFirst(ballot);
    }

    private Verdict lettingTheZoneGoFirst(Ballot ballot) {
        if (ballot.vacantFor().compareTo(ballot.config().loopWait()) >= 0) {
            return Verdict.stand();
        }
        return ballot.peers().entrySet().stream()
                .filter(peer -> peer.getValue() instanceof PeerStatus.Answer answer
                        && isIn(answer.tags())
                        && isAsFar(ballot, peer.getKey(), answer))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst()
                .map(preferred -> Verdict.refuse(preferred + " is equally far and in the preferred zone " + zone))
                .orElse(Verdict.stand());
    }

    private static boolean isAsFar(Ballot ballot, NodeName name, PeerStatus.Answer answer) {
        return StandardElection.canLead(ballot, name, answer)
                && answer.wal().position().compareTo(ballot.database().wal().position()) >= 0;
    }

    @Override
    public boolean admits(PeerStatus.Answer member, Ballot own) {
        return !strict || isIn(member.tags());
    }

    private boolean isIn(Tags tags) {
        return tags.zone().filter(zone::equals).isPresent();
    }
}
