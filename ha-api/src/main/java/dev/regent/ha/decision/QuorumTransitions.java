package dev.regent.ha.decision;

import static dev.regent.ha.decision.Names.common;
import static dev.regent.ha.decision.Names.minus;
import static dev.regent.ha.decision.Names.union;

import dev.regent.ha.decision.QuorumState.Entry;
import dev.regent.ha.decision.QuorumState.Restart;
import dev.regent.ha.decision.QuorumState.Server;
import dev.regent.ha.decision.QuorumState.Step;
import dev.regent.ha.model.NodeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The steps that lead from a state to the one wished for: entry and server name the active standbys, {@code wanted} of which
 * acknowledge. Exactly those of the reference, so that its members and ours go on with each other's work. What is raised,
 * {@code number} or {@code quorum}, is raised before the other is lowered. Used once, by one thread.
 */
final class QuorumTransitions {
    private final NodeName self;
    private final Set<NodeName> active;
    private final int wanted;
    private final List<Step> steps = new ArrayList<>();
    private QuorumState now;
    private int confirmed;
    private boolean ended;

    private QuorumTransitions(QuorumState from, NodeName self, Set<NodeName> active, int confirmed, int wanted) {
        this.now = from;
        this.self = self;
        this.active = active;
        this.confirmed = confirmed;
        this.wanted = wanted;
    }

    /**
     * @param confirmed how many standbys are known to hold every commit acknowledged before the server waited for them
     */
    static List<Step> of(QuorumState from, NodeName self, Set<NodeName> active, int confirmed, int wanted) {
        QuorumTransitions transitions = new QuorumTransitions(from, self, active, confirmed, wanted);
        transitions.run();
        return transitions.merged();
    }

    private void run() {
        takeOver();
        presumeConfirmed();
        finishInterrupted();
        removeGone();
        addNew();
        adaptNumber();
    }

    /** Of two steps of one kind in a row only the last counts. */
    private List<Step> merged() {
        List<Step> merged = new ArrayList<>();
        for (Step step : steps) {
            if (!merged.isEmpty() && merged.get(merged.size() - 1).getClass().equals(step.getClass())) {
                merged.remove(merged.size() - 1);
            }
            merged.add(step);
        }
        return merged;
    }

    /** The last leader becomes a voter. Right after a promotion nobody streams yet: then the standbys are given time. */
    private void takeOver() {
        boolean safe = now.isSafe(self);
        if (!self.equals(now.leader())) {
            Set<NodeName> voters = now.votersUnder(self);
            safe = (!now.listed().isEmpty() || server(voters.size() - now.quorum(), voters))
                    && canBeReached(now.quorum(), voters)
                    && enter(new Entry(self, now.quorum(), voters));
            ended = safe && common(now.listed(), active).isEmpty();
        }
        if (!safe) {
            now = now.with(new Entry(self, now.quorum(), now.voters()));
            ended = false;
            entry(now.listed().size() - now.number(), now.listed(), true);
        }
    }

    private void presumeConfirmed() {
        if (confirmed == 0) {
            int known = common(now.listed(), active).size();
            confirmed = Math.min(known, now.voters().size() - now.quorum());
        }
    }

    private void finishInterrupted() {
        boolean more = now.voters().containsAll(now.listed());
        boolean fewer = now.listed().containsAll(now.voters());
        if (more && !fewer) {
            finishWithVoters();
        } else if (fewer && !more) {
            finishWithListed();
        }
        if (!now.voters().equals(now.listed())) {
            ended = true;
        }
        finishNumbers();
    }

    private void finishWithVoters() {
        Set<NodeName> gone = minus(now.voters(), union(now.listed(), active));
        if (!gone.isEmpty()) {
            boolean adjust = minus(now.listed(), active).isEmpty();
            entry(now.voters().size() - gone.size() - now.number(), minus(now.voters(), gone), adjust);
        }
        Set<NodeName> coming = minus(common(now.voters(), active), now.listed());
        if (!coming.isEmpty()) {
            server(now.number(), union(now.listed(), coming));
        }
    }

    private void finishWithListed() {
        Set<NodeName> gone = minus(now.listed(), active);
        Set<NodeName> staying = minus(now.listed(), gone);
        boolean votersStay =
                now.voters().isEmpty() || !common(staying, now.voters()).isEmpty();
        if (!gone.isEmpty() && !staying.isEmpty() && votersStay) {
            server(Math.min(now.number(), staying.size()), staying);
        }
        Set<NodeName> coming = common(minus(now.listed(), now.voters()), active);
        if (!coming.isEmpty()) {
            Set<NodeName> voters = union(now.voters(), coming);
            entry(voters.size() - now.number(), voters, true);
        }
        Set<NodeName> unheard = minus(now.listed(), now.voters());
        if (!unheard.isEmpty()) {
            Set<NodeName> rest = minus(now.listed(), unheard);
            server(Math.min(now.number(), rest.size()), rest);
        }
    }

    private void finishNumbers() {
        int voters = now.voters().size();
        if (now.quorum() + Math.min(now.number(), confirmed) > voters) {
            if (now.number() > wanted) {
                server(Math.max(wanted, voters - now.quorum()), now.listed());
            } else {
                entry(now.listed().size() - now.number(), now.voters(), true);
            }
        } else if (now.number() == wanted && now.quorum() + now.number() > voters && now.number() > confirmed) {
            entry(now.listed().size() - now.number(), now.voters(), true);
        }
    }

    private void removeGone() {
        Set<NodeName> gone = minus(now.listed(), active);
        if (gone.isEmpty()) {
            return;
        }
        if (gone.equals(now.listed())) {
            entry(0, Set.of(), false);
            server(0, Set.of());
            return;
        }
        if (now.quorum() > 0) {
            Set<NodeName> spared = last(now.quorum(), gone);
            Set<NodeName> listed = minus(now.listed(), spared);
            server(Math.min(Math.max(wanted, now.number()), listed.size()), listed);
            Set<NodeName> voters = minus(now.voters(), spared);
            gone = common(gone, now.listed());
            entry(voters.size() - now.number(), voters, gone.isEmpty());
        }
        if (!gone.isEmpty()) {
            removeNeeded(gone);
        }
    }

    /** Every commit waits for those that are gone: whoever is left holds all of them. */
    private void removeNeeded(Set<NodeName> gone) {
        int number = now.number() - gone.size();
        Set<NodeName> listed = minus(now.listed(), gone);
        Set<NodeName> voters = minus(now.voters(), gone);
        int tooMany = number - Math.min(wanted, listed.size());
        entry(tooMany != 0 ? Math.min(tooMany, voters.size() - 1) : 0, voters, false);
        server(number, listed);
    }

    private void addNew() {
        Set<NodeName> coming = minus(active, now.listed());
        if (coming.isEmpty()) {
            return;
        }
        int number = Math.min(wanted, now.listed().size() + coming.size());
        int more = number - now.number();
        if (more > 0) {
            boolean first = now.listed().isEmpty();
            Set<NodeName> added = first ? coming : first(more, coming);
            server(now.number() + (first ? more : added.size()), union(now.listed(), added));
            Set<NodeName> voters = union(now.voters(), added);
            entry(voters.size() - number, voters, true);
            coming = minus(coming, now.listed());
        }
        if (!coming.isEmpty()) {
            Set<NodeName> voters = union(now.voters(), coming);
            entry(voters.size() - number, voters, number > confirmed);
            server(number, union(now.listed(), coming));
        }
    }

    private void adaptNumber() {
        int more = Math.min(wanted, now.listed().size()) - now.number();
        int voters = now.voters().size();
        if (more > 0) {
            server(now.number() + more, now.listed());
            entry(voters - now.number(), now.voters(), true);
        }
        if (more < 0) {
            if (now.quorum() - more < voters) {
                entry(voters - now.number() - more, now.voters(), wanted > confirmed);
            }
            server(now.number() + more, now.listed());
        }
    }

    /** False, and the end, when the step would break an invariant. */
    private boolean server(int number, Set<NodeName> listed) {
        QuorumState next = now.with(new Server(number, listed));
        if (ended || number < 0 || number > listed.size() || !next.isSafe(self)) {
            ended = true;
            return false;
        }
        now = next;
        steps.add(next.server());
        return true;
    }

    /** A number that is not confirmed is made up for by a larger quorum; without anybody confirmed nobody becomes a voter. */
    private void entry(int quorum, Set<NodeName> voters, boolean adjust) {
        ended |= !canBeReached(quorum, voters);
        if (ended) {
            return;
        }
        Entry next = new Entry(now.leader(), quorum, voters);
        if (confirmed == 0 && now.voters().isEmpty()) {
            next = new Entry(now.leader(), 0, Set.of());
        } else if (adjust) {
            next = new Entry(now.leader(), quorum + Math.max(now.number() - confirmed, 0), voters);
        }
        if (!next.equals(now.entry())) {
            enter(next);
        } else if (next.voters().isEmpty()) {
            steps.add(new Restart());
            ended = true;
        }
    }

    private boolean enter(Entry entry) {
        QuorumState next = now.with(entry);
        if (ended || !next.isSafe(self)) {
            ended = true;
            return false;
        }
        now = next;
        steps.add(entry);
        return true;
    }

    private static boolean canBeReached(int quorum, Set<NodeName> voters) {
        return quorum == 0 || (quorum > 0 && quorum < voters.size());
    }

    private static Set<NodeName> first(int most, Set<NodeName> names) {
        Set<NodeName> chosen = new TreeSet<>();
        names.stream().sorted().limit(most).forEach(chosen::add);
        return chosen;
    }

    private static Set<NodeName> last(int most, Set<NodeName> names) {
        Set<NodeName> chosen = new TreeSet<>();
        names.stream().sorted(Comparator.reverseOrder()).limit(most).forEach(chosen::add);
        return chosen;
    }
}
