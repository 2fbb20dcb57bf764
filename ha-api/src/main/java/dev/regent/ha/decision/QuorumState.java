package dev.regent.ha.decision;

import dev.regent.ha.model.NodeName;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a quorum rests on: the {@code sync} entry, by which a voter leads when so many others are not ahead of it, and the
 * server's {@code ANY number (listed)}, by which commits are acknowledged. Immutable.
 *
 * @param leader who wrote the entry
 * @param quorum how many of the leader and the other voters a candidate must see not ahead of itself
 * @param voters who may lead besides the leader
 * @param number how many of the listed standbys must have a commit before it is acknowledged
 */
record QuorumState(NodeName leader, int quorum, Set<NodeName> voters, int number, Set<NodeName> listed) {

    /** One of the two halves of a state, as it shall be next. */
    sealed interface Step {}

    /** What the entry shall say. */
    record Entry(NodeName leader, int quorum, Set<NodeName> voters) implements Step {
        Entry {
            voters = Collections.unmodifiableSet(new TreeSet<>(voters));
        }
    }

    /** Whom the server shall wait for. */
    record Server(int number, Set<NodeName> listed) implements Step {
        Server {
            listed = Collections.unmodifiableSet(new TreeSet<>(listed));
        }
    }

    /** Nothing can be done before the facts are others. */
    record Restart() implements Step {}

    QuorumState {
        voters = Collections.unmodifiableSet(new TreeSet<>(voters));
        listed = Collections.unmodifiableSet(new TreeSet<>(listed));
        number = Math.min(number, listed.size());
    }

    Entry entry() {
        return new Entry(leader, quorum, voters);
    }

    Server server() {
        return new Server(number, listed);
    }

    QuorumState with(Entry next) {
        return new QuorumState(next.leader(), next.quorum(), next.voters(), number, listed);
    }

    QuorumState with(Server next) {
        return new QuorumState(leader, quorum, voters, next.number(), next.listed());
    }

    /** The voters when another leads: with the last leader, without the new one. */
    Set<NodeName> votersUnder(NodeName newLeader) {
        return Names.without(Names.with(voters, leader), newLeader);
    }

    /**
     * The two invariants of the reference. With {@code self} as the primary, any {@code number} standbys that acknowledge a
     * commit, together with {@code self}, meet any {@code quorum + 1} members that elect a leader; and one of the two halves
     * knows everybody that the other one knows.
     */
    boolean isSafe(NodeName self) {
        Set<NodeName> electing = Names.with(voters, leader);
        Set<NodeName> acknowledging = Names.with(listed, self);
        boolean nested = acknowledging.containsAll(electing) || electing.containsAll(acknowledging);
        return nested
                && (voters.isEmpty() || Names.union(electing, acknowledging).size() <= quorum + number + 1);
    }
}
