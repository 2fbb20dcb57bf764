package dev.regent.testkit.sim;

import dev.regent.ha.spi.DatabaseException;

/**
 * One operation on a simulated server: it has an effect when it begins and another when it ends, or is cut short in between
 * by cancellation or by the death of the agent. Immutable.
 */
record Work(long duration, Step begin, Step end, Runnable cutShort) {
    /** A part of the operation, which may fail. */
    @FunctionalInterface
    interface Step {
        void run() throws DatabaseException;
    }

    /** How an operation takes its time: at once, or as an event of a simulation. */
    @FunctionalInterface
    interface Worker {
        void run(Work work) throws DatabaseException, InterruptedException;
    }

    /** One that only has an effect when it ends. */
    static Work of(long duration, Step end) {
        return new Work(duration, () -> {}, end, () -> {});
    }
}
