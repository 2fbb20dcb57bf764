package dev.regent.testkit.contract;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Entries.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** How a store's test opens clients, and what the contract's tests share. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class DcsFixture {
    private static final AtomicInteger CLUSTERS = new AtomicInteger();

    private final List<Dcs> opened = new ArrayList<>();

    /** A new client of the same store for the cluster's keys; closed by the contract. */
    protected abstract Dcs open(String cluster);

    /** The shortest time to live that the store takes as it is. */
    protected abstract Duration shortestTtl();

    /** A client of a store that takes connections and never answers; closed by the contract. */
    protected abstract Dcs unreachable();

    /** How much later than its time to live a session may end. */
    protected Duration longestExpiryDelay() {
        return shortestTtl().plusSeconds(5);
    }

    /** How long a watch may take to call back. */
    protected Duration longestWatchDelay() {
        return Duration.ofSeconds(5);
    }

    @AfterEach
    void closeClients() {
        opened.forEach(Dcs::close);
        opened.clear();
    }

    Dcs client() {
        return client(newCluster());
    }

    Dcs client(String name) {
        return opened(open(name));
    }

    Dcs opened(Dcs dcs) {
        opened.add(dcs);
        return dcs;
    }

    /** A name that no other test, nor another run against the same server, uses. */
    static String newCluster() {
        return "contract-" + ProcessHandle.current().pid() + "-" + CLUSTERS.incrementAndGet();
    }

    /** A time to live that no test outlives. */
    Duration longTtl() {
        return shortestTtl().plusSeconds(60);
    }

    static Optional<String> value(Dcs dcs, String key) throws DcsException {
        return dcs.read().get(key).map(Entry::value);
    }

    static long revision(Dcs dcs, String key) throws DcsException {
        return entry(dcs.read(), key).revision();
    }

    static Entry entry(Entries entries, String key) {
        return entries.get(key)
                .orElseThrow(() -> new AssertionError("expected an entry " + key + ", found only "
                        + entries.byKey().keySet()));
    }
}
