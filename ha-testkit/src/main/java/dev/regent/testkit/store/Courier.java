package dev.regent.testkit.store;

import java.time.Duration;

/** How a store calls others: at once, on the caller's thread, or on a thread of its own. */
interface Courier extends AutoCloseable {
    void deliver(Runnable callback);

    /** The store wants to look at its sessions by then; may be ignored by who cannot wait. */
    void wakeIn(Duration delay);

    @Override
    void close();

    /** Calls on the caller's thread and never wakes the store. */
    static Courier immediate() {
        return new Courier() {
            @Override
            public void deliver(Runnable callback) {
                callback.run();
            }

            @Override
            public void wakeIn(Duration delay) {}

            @Override
            public void close() {}
        };
    }
}
