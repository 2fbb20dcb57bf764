package dev.regent.ha.decision;

/** A step in the life of an order, by which nothing is done to the server yet. Immutable. */
public sealed interface OrderStep extends Action {
    @Override
    default <E extends Exception> boolean accept(Handler<E> handler) throws E {
        return handler.takeOrderStep(this);
    }

    /** From here on the order in hand is carried out. */
    record Begin() implements OrderStep {}

    /** The order in hand is done, or cannot be. */
    record Close(OrderOutcome outcome) implements OrderStep {}

    /** The scheduled restart is due: it becomes the order in hand. */
    record BeginScheduled() implements OrderStep {}

    /** The scheduled restart will not happen. */
    record DropScheduled() implements OrderStep {}
}
