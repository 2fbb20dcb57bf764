package dev.regent.ha;

import dev.regent.ha.decision.Action;
import dev.regent.ha.decision.Decider;
import dev.regent.ha.decision.Knowledge;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.Reason;
import dev.regent.ha.decision.Remedy;
import dev.regent.ha.decision.Snapshot;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Trouble;
import dev.regent.ha.spi.Verdict;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A node's account of what it does next and why, for people. Immutable.
 *
 * @param action what it does next, {@code wait} when that is nothing
 * @param why the reason as a sentence, with what is particular now
 * @param notLeading why the node does not lead, and whether it would if the leader were lost; absent when it leads
 * @param unblock what would let it go on, with the command to run if there is one; absent where nothing has to be done
 * @param configProblems what of the cluster-wide configuration is not used as it stands, a sentence each
 * @param since when it was first decided so
 * @param trouble what is wrong with its server or its storage
 */
public record Explanation(
        NodeName member,
        Optional<NodeName> leader,
        String action,
        Reason reason,
        String why,
        Optional<String> notLeading,
        Optional<String> unblock,
        List<String> configProblems,
        OffsetDateTime since,
        Optional<Trouble> trouble) {

    public Explanation {
        configProblems = List.copyOf(configProblems);
    }

    static Explanation of(NodeStatus status, Decider decider, OffsetDateTime since) {
        Snapshot now = status.snapshot();
        return new Explanation(
                now.self(),
                status.cluster().leader().map(entry -> entry.name()),
                label(status.decision().action()),
                status.decision().reason(),
                status.explanation(),
                notLeading(status, decider),
                Remedy.of(now, status.decision()).map(Remedy::text),
                status.configProblems(),
                since,
                status.database().health().trouble());
    }

    private static String label(Action action) {
        return action instanceof Operation operation
                ? operation.label()
                : action.getClass()
                        .getSimpleName()
                        .replaceAll("(?<=.)([A-Z])", " $1")
                        .toLowerCase(Locale.ROOT);
    }

    private static Optional<String> notLeading(NodeStatus status, Decider decider) {
        Snapshot now = status.snapshot();
        ClusterView view = status.cluster();
        if (view.isLedBy(now.self())) {
            return Optional.empty();
        }
        if (!(now.knowledge() instanceof Knowledge.Seen) || view.isVacant()) {
            return Optional.of(status.explanation());
        }
        Verdict verdict = decider.candidacy(now);
        String leads = view.leader().orElseThrow().name() + " leads; ";
        return Optional.of(
                verdict.isStand()
                        ? leads + "if it were lost, I would stand"
                        : leads + "if it were lost, I would not stand: " + verdict.why());
    }
}
