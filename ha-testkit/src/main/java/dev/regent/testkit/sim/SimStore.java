package dev.regent.testkit.sim;

import dev.regent.testkit.store.InMemoryDcs;
import dev.regent.testkit.store.InMemoryStore;

/** The store of a simulated cluster, which can stand still for everybody. Used by one thread. */
final class SimStore {
    static final String CLUSTER = "simulated";

    private final EventQueue queue;
    private final InMemoryStore store;
    private long frozenUntil;

    SimStore(EventQueue queue) {
        this.queue = queue;
        this.store = InMemoryStore.drivenBy(queue::time);
    }

    InMemoryStore store() {
        return store;
    }

    /** A client to which nothing happens on the way. */
    InMemoryDcs open() {
        return store.open(CLUSTER);
    }

    void freezeFor(long micros) {
        frozenUntil = Math.max(frozenUntil, queue.now() + micros);
    }

    void thaw() {
        frozenUntil = queue.now();
    }

    /** How long the store will not answer. */
    long frozenFor() {
        return Math.max(0, frozenUntil - queue.now());
    }
}
