package dev.regent.ha.event;

import dev.regent.ha.decision.Decision;
import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.PossibleLoss;
import dev.regent.ha.decision.Remedy;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.ServerHealth;
import java.time.Duration;
import java.util.Optional;

/** Something that happened to a node. Immutable. */
public sealed interface HaEvent {
    NodeName node();

    /** The node does something, or waits for another reason than before. */
    record Decided(NodeName node, Decision decision) implements HaEvent {}

    /** The node sees another leader than before. */
    record LeaderChanged(NodeName node, Optional<NodeName> before, Optional<NodeName> after) implements HaEvent {}

    /** Nothing goes on before a person does something; told once, and again only when it is another thing. */
    record NeedsPerson(NodeName node, Decision decision, Remedy remedy) implements HaEvent {}

    /** The node leads now, and may lack what others had. */
    record MayLackCommits(NodeName node, PossibleLoss loss) implements HaEvent {}

    /** Another thing than before is wrong with the server or its storage, or nothing any more. */
    record HealthChanged(NodeName node, ServerHealth health) implements HaEvent {}

    record OperationStarted(NodeName node, Operation operation) implements HaEvent {}

    /** {@code error} is absent when the operation did what it should. */
    record OperationEnded(NodeName node, Operation operation, Duration took, Optional<String> error)
            implements HaEvent {}

    /** What a node asks of its store. */
    enum StoreCall {
        READ,
        WRITE,
        RENEW
    }

    /** Each call to the store; one that was not {@code answered} may have been carried out all the same. */
    record StoreAsked(NodeName node, StoreCall call, Duration took, boolean answered) implements HaEvent {}

    /** The node has looked, decided and acted once. */
    record Cycled(NodeName node, Duration took) implements HaEvent {}

    record StoreLost(NodeName node, String why) implements HaEvent {}

    record StoreFound(NodeName node) implements HaEvent {}

    /** The loop has ended: the node was told to leave, does not belong to the cluster, or is broken. */
    record Ended(NodeName node, String why) implements HaEvent {}
}
