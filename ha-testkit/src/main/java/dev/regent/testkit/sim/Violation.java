package dev.regent.testkit.sim;

/** A promise of the cluster was broken: the simulation has found a bug, in the cluster or in itself. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    Violation(String message) {
        super(message);
    }

    Violation(String message, Throwable cause) {
        super(message, cause);
    }
}
