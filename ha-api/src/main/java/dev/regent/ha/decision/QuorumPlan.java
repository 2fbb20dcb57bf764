package dev.regent.ha.decision;

import dev.regent.ha.decision.QuorumState.Entry;
import dev.regent.ha.decision.QuorumState.Restart;
import dev.regent.ha.decision.QuorumState.Server;
import dev.regent.ha.decision.QuorumState.Step;
import dev.regent.ha.model.NodeName;
import java.util.Optional;
import java.util.Set;

/**
 * Which half of a quorum to change next, and to what. A primary acknowledges a commit when {@code number} of the listed
 * standbys have it; whoever is a voter and sees {@code quorum} others that are not ahead of it may lead. Two invariants make
 * sure that it has every acknowledged commit:
 *
 * <ul>
 *   <li>for commits to come, those of {@link QuorumState#isSafe}: whoever acknowledges meets whoever elects;
 *   <li>for every commit that was ever acknowledged, at most {@code quorum} of the voters lack it. So what is changed in the
 *       entry counts as lacking it whoever is not confirmed, as far as the entry did not vouch for him before.
 * </ul>
 *
 * <p>Both hold before and after each step, and with either half old or new while it is made. The steps are the reference's
 * ({@link QuorumTransitions}); it takes the second for granted once a standby has ever caught up, and so may lower the quorum
 * before the commits of the time before are where the new one looks for them.
 */
final class QuorumPlan {
    private QuorumPlan() {}

    /**
     * What the plan depends on besides the state.
     *
     * @param active the standbys that commits shall wait for
     * @param confirmed those of the listed that have all that was acknowledged before the server's half was as it is
     * @param wanted how many shall acknowledge, at least 1
     */
    record Facts(NodeName self, Set<NodeName> active, Set<NodeName> confirmed, int wanted) {
        Facts {
            active = Names.without(active, self);
            confirmed = Names.common(confirmed, active);
        }
    }

    /** The next step; absent when all is as wished, or something must be waited for. */
    static Optional<Step> next(QuorumState now, Facts facts) {
        Optional<Step> proposed =
                QuorumTransitions.of(
                                now,
                                facts.self(),
                                facts.active(),
                                facts.confirmed().size(),
                                facts.wanted())
                        .stream()
                        .findFirst()
                        .filter(step -> !(step instanceof Restart));
        if (!isTrusted(now, facts.self()) && !(proposed.orElse(null) instanceof Entry)) {
            return promiseNothing(now, facts);
        }
        if (proposed.isEmpty()) {
            return Optional.empty();
        }
        return proposed.get() instanceof Entry entry
                ? justified(entry, now, facts)
                : proposed.filter(step -> isTrusted(now.with((Server) step), facts.self()));
    }

    /** Whether the state is the one wished for. */
    static boolean isReached(QuorumState now, Facts facts) {
        int number = Math.min(facts.wanted(), facts.active().size());
        return now.leader().equals(facts.self())
                && now.voters().equals(facts.active())
                && now.listed().equals(facts.active())
                && now.number() == number
                && now.quorum() == facts.active().size() - number;
    }

    /** The entry with a quorum as large as the commits of the past and those to come need it. */
    private static Optional<Step> justified(Entry wished, QuorumState now, Facts facts) {
        int quorum = Math.max(
                wished.quorum(),
                Math.max(lackingPast(wished.voters(), now, facts), lackingFuture(wished.voters(), now, facts)));
        if (wished.voters().isEmpty() || quorum < wished.voters().size()) {
            return Optional.<Step>of(
                            new Entry(wished.leader(), wished.voters().isEmpty() ? 0 : quorum, wished.voters()))
                    .filter(entry -> !entry.equals(now.entry()));
        }
        return isTrusted(now, facts.self()) ? Optional.empty() : promiseNothing(now, facts);
    }

    /** Only this node, which has everything, may lead. */
    private static Optional<Step> promiseNothing(QuorumState now, Facts facts) {
        return Optional.<Step>of(new Entry(facts.self(), 0, Set.of())).filter(entry -> !entry.equals(now.entry()));
    }

    /** How many of the voters may lack a commit that has been acknowledged. */
    private static int lackingPast(Set<NodeName> voters, QuorumState now, Facts facts) {
        Set<NodeName> unconfirmed = Names.minus(voters, facts.confirmed());
        if (!isTrusted(now, facts.self())) {
            return unconfirmed.size();
        }
        Set<NodeName> vouchedFor = Names.common(unconfirmed, now.votersUnder(facts.self()));
        return Math.min(vouchedFor.size(), now.quorum()) + unconfirmed.size() - vouchedFor.size();
    }

    /** How many of the voters may lack a commit that is acknowledged from now on. */
    private static int lackingFuture(Set<NodeName> voters, QuorumState now, Facts facts) {
        return Names.without(Names.union(voters, now.listed()), facts.self()).size() - now.number();
    }

    /** Whether the entry has been true of all that the server has acknowledged. */
    static boolean isTrusted(QuorumState now, NodeName self) {
        Set<NodeName> voters = now.votersUnder(self);
        return voters.isEmpty()
                || Names.without(Names.union(voters, now.listed()), self).size() <= now.quorum() + now.number();
    }
}
