package dev.regent.ha.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regent.ha.decision.QuorumState.Entry;
import dev.regent.ha.decision.QuorumState.Server;
import dev.regent.ha.decision.QuorumState.Step;
import dev.regent.ha.model.NodeName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Generated clusters whose members come, go and lag, whose operator changes his mind, and whose leader may die after every
 * step: whoever could be elected then holds every commit that was acknowledged.
 */
class QuorumPlanTest {
    private static final int CLUSTERS = 4000;
    private static final int EVENTS = 60;
    private static final int LONGEST_WAY = 12;

    /** How the next step is found; the real way, or one that must be found out. */
    @FunctionalInterface
    private interface Planner {
        Optional<Step> next(QuorumState now, QuorumPlan.Facts facts);
    }

    @Test
    void whoeverMayLeadHoldsEveryAcknowledgedCommitAfterEveryStep() {
        for (long seed = 1; seed <= CLUSTERS; seed++) {
            new Cluster(seed, QuorumPlan::next).live();
        }
    }

    @Test
    void whenNothingChangesTheStateWishedForIsReached() {
        for (long seed = 1; seed <= CLUSTERS; seed++) {
            Cluster cluster = new Cluster(seed, QuorumPlan::next);
            cluster.live();
            cluster.settle();
        }
    }

    @Test
    void aQuorumIsRaisedBeforeCommitsAreAcknowledgedByOthers() {
        assertThatThrownBy(() -> liveAll(QuorumPlanTest::serverFirst)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aQuorumIsLoweredOnlyWhenTheCommitsOfThePastAreWhereItLooks() {
        assertThatThrownBy(() -> liveAll(QuorumPlanTest::asIfAllWereConfirmed)).isInstanceOf(AssertionError.class);
    }

    @Test
    void theStepsOfTheReferenceAreNotEnough() {
        assertThatThrownBy(() -> liveAll(QuorumPlanTest::withoutJustification)).isInstanceOf(AssertionError.class);
    }

    private static void liveAll(Planner planner) {
        for (long seed = 1; seed <= CLUSTERS; seed++) {
            new Cluster(seed, planner).live();
        }
    }

    /** An addition in the wrong order: what belongs into the entry first goes to the server first. */
    private static Optional<Step> serverFirst(QuorumState now, QuorumPlan.Facts facts) {
        List<Step> steps = QuorumTransitions.of(
                now, facts.self(), facts.active(), facts.confirmed().size(), facts.wanted());
        boolean adds = steps.size() > 1
                && steps.get(0) instanceof Entry entry
                && entry.quorum() > now.quorum()
                && steps.get(1) instanceof Server;
        return adds ? Optional.of(steps.get(1)) : QuorumPlan.next(now, facts);
    }

    private static Optional<Step> asIfAllWereConfirmed(QuorumState now, QuorumPlan.Facts facts) {
        return QuorumPlan.next(now, new QuorumPlan.Facts(facts.self(), facts.active(), facts.active(), facts.wanted()));
    }

    private static Optional<Step> withoutJustification(QuorumState now, QuorumPlan.Facts facts) {
        return QuorumTransitions.of(
                        now, facts.self(), facts.active(), facts.confirmed().size(), facts.wanted())
                .stream()
                .filter(step -> !(step instanceof QuorumState.Restart))
                .findFirst();
    }

    /** A primary, its standbys, and clients who write; a position is the number of commits that a member holds. */
    private static final class Cluster {
        private final long seed;
        private final Random random;
        private final Planner planner;
        private final Map<NodeName, Integer> positions = new HashMap<>();
        private final Set<NodeName> streaming = new TreeSet<>();
        private NodeName primary = NodeName.of("a");
        private QuorumState state = new QuorumState(primary, 0, Set.of(), 0, Set.of());
        private int since;
        private int acknowledged;
        private int wanted = 1;
        private final StringBuilder story = new StringBuilder();

        Cluster(long seed, Planner planner) {
            this.seed = seed;
            this.random = new Random(seed);
            this.planner = planner;
            Stream.of("a", "b", "c", "d", "e", "f")
                    .limit(2 + random.nextInt(5))
                    .forEach(name -> positions.put(NodeName.of(name), 0));
        }

        void live() {
            for (int i = 0; i < EVENTS; i++) {
                happen();
                check();
            }
        }

        private void happen() {
            switch (random.nextInt(12)) {
                case 0, 1 -> positions.merge(primary, 1, Integer::sum);
                case 2, 3, 4 -> receive(anyStandby());
                case 5 -> streaming.add(anyStandby());
                case 6 -> streaming.remove(anyStandby());
                case 7 -> {
                    wanted = 1 + random.nextInt(4);
                    story.append("\n").append(wanted).append(" wanted");
                }
                case 8 -> failOver();
                default -> step();
            }
            acknowledge();
        }

        private NodeName anyStandby() {
            List<NodeName> standbys = positions.keySet().stream()
                    .filter(name -> !name.equals(primary))
                    .sorted()
                    .toList();
            return standbys.get(random.nextInt(standbys.size()));
        }

        private void receive(NodeName standby) {
            if (streaming.contains(standby)) {
                int reached = positions.get(standby);
                positions.put(standby, reached + random.nextInt(positions.get(primary) - reached + 1));
            }
        }

        /** As many commits as enough of the listed standbys hold. */
        private void acknowledge() {
            int safe = state.listed().isEmpty() || state.number() == 0
                    ? positions.get(primary)
                    : state.listed().stream()
                            .filter(streaming::contains)
                            .map(positions::get)
                            .sorted(java.util.Comparator.reverseOrder())
                            .skip(state.number() - 1L)
                            .findFirst()
                            .orElse(0);
            acknowledged = Math.max(acknowledged, safe);
        }

        private QuorumPlan.Facts facts() {
            Set<NodeName> confirmed = new TreeSet<>(streaming);
            confirmed.removeIf(name -> !state.listed().contains(name) || positions.get(name) < since);
            return new QuorumPlan.Facts(primary, streaming, confirmed, wanted);
        }

        private boolean step() {
            Optional<Step> next = planner.next(state, facts());
            if (next.isPresent() && next.get() instanceof Entry entry) {
                state = state.with(entry);
            } else if (next.isPresent() && next.get() instanceof Server server) {
                state = state.with(server);
                since = positions.get(primary);
            }
            next.ifPresent(step -> story.append("\n").append(step));
            return next.isPresent();
        }

        /** Another takes over, or the same comes back, with the standbys gone; what nobody of them holds is forgotten. */
        private void failOver() {
            List<NodeName> fit =
                    positions.keySet().stream().filter(this::mayLead).sorted().toList();
            if (fit.isEmpty()) {
                return;
            }
            primary = fit.get(random.nextInt(fit.size()));
            story.append("\n").append(primary).append(" leads");
            Set<NodeName> voters = state.votersUnder(primary);
            state = state.with(new Entry(primary, voters.isEmpty() ? 0 : state.quorum(), voters));
            check();
            state = state.with(new Server(Math.max(0, voters.size() - state.quorum()), voters));
            since = positions.get(primary);
            streaming.clear();
            int end = positions.get(primary);
            positions.replaceAll((name, position) -> Math.min(position, end));
        }

        /** Seen by itself; who is the leader by the entry needs no votes. */
        private boolean mayLead(NodeName candidate) {
            return candidate.equals(state.leader())
                    || (state.voters().contains(candidate) && votes(candidate) >= state.quorum());
        }

        private long votes(NodeName candidate) {
            return Names.with(state.voters(), state.leader()).stream()
                    .filter(other -> !other.equals(candidate) && positions.containsKey(other))
                    .filter(other -> positions.get(other) <= positions.get(candidate))
                    .count();
        }

        private void check() {
            assertThat(positions.keySet().stream()
                            .filter(this::mayLead)
                            .filter(name -> positions.get(name) < acknowledged))
                    .as(
                            "may lead without all %s acknowledged commits; seed %s, %s, %s%s",
                            acknowledged, seed, state, positions, story)
                    .isEmpty();
        }

        void settle() {
            streaming.forEach(name -> positions.put(name, positions.get(primary)));
            for (int i = 0; i < LONGEST_WAY && step(); i++) {
                acknowledge();
                check();
            }
            assertThat(QuorumPlan.isReached(state, facts()))
                    .as("seed %s, %s, %s%s", seed, state, facts(), story)
                    .isTrue();
        }
    }
}
