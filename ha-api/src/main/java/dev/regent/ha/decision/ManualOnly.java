package dev.regent.ha.decision;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.Ballot;
import dev.regent.ha.spi.ElectionPolicy;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Verdict;

/**
 * The leader never changes without a person. The one that led last may go on: its data is a primary's, or the cluster's
 * history names it. To be combined with {@link StandardElection#policy()}. Immutable.
 */
public final class ManualOnly implements ElectionPolicy {
    private static final ManualOnly POLICY = new ManualOnly();

    private ManualOnly() {}

    public static ElectionPolicy policy() {
        return POLICY;
    }

    @Override
    public Verdict judge(Ballot ballot) {
        return ballot.request().isPresent() || hasLedLast(ballot)
                ? Verdict.stand()
                : Verdict.refuse("the leader changes only when a person asks for it (election policy manual)");
    }

    @Override
    public boolean admits(PeerStatus.Answer member, Ballot own) {
        return own.request().isPresent();
    }

    private static boolean hasLedLast(Ballot ballot) {
        DatabaseStatus database = ballot.database();
        NodeName self = ballot.self();
        return !database.standbyData()
                || ballot.view().history().stream()
                        .reduce((earlier, last) -> last)
                        .flatMap(last -> last.newLeader())
                        .filter(self::equals)
                        .isPresent();
    }
}
