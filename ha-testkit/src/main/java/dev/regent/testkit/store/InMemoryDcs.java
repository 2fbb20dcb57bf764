package dev.regent.testkit.store;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Session;
import dev.regent.ha.spi.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One client of an {@link InMemoryStore}, for one cluster. It can be {@linkplain #cutOff() cut off} from the store, as by a
 * broken network: calls then fail at once and watches are silent, while the store lets sessions end. Thread-safe.
 */
public final class InMemoryDcs implements Dcs {
    private final InMemoryStore store;
    private final String cluster;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private volatile boolean cutOff;
    private volatile boolean closed;

    InMemoryDcs(InMemoryStore store, String cluster) {
        this.store = store;
        this.cluster = cluster;
    }

    /** From now on this client does not reach the store. */
    public void cutOff() {
        cutOff = true;
    }

    /** This client reaches the store again. */
    public void reconnect() {
        cutOff = false;
    }

    @Override
    public Entries read() throws DcsException {
        checkReachable();
        return store.read(cluster);
    }

    @Override
    public boolean write(String key, String value, Expected expected) throws DcsException {
        checkReachable();
        return store.write(cluster, key, value, expected, Optional.empty());
    }

    @Override
    public boolean delete(String key, Expected expected) throws DcsException {
        checkReachable();
        return store.delete(cluster, key, expected);
    }

    @Override
    public Session openSession(Duration ttl) throws DcsException {
        checkReachable();
        return new InMemorySession(store.openSession(ttl), ttl);
    }

    @Override
    public Subscription watch(Runnable onChange) {
        Subscription inStore = store.watch(cluster, () -> {
            if (!cutOff && !closed) {
                onChange.run();
            }
        });
        subscriptions.add(inStore);
        return () -> {
            inStore.close();
            subscriptions.remove(inStore);
        };
    }

    /** Has no effect: no call to this store blocks. */
    @Override
    public void limitCallsTo(Duration timeout) {}

    /** Ends this client's watches. Its sessions live on until their time is over, as with any store. */
    @Override
    public void close() {
        closed = true;
        subscriptions.forEach(Subscription::close);
        subscriptions.clear();
    }

    private void checkReachable() throws DcsException {
        if (closed) {
            throw new DcsException("this client of the in-memory store is closed: open another one");
        }
        if (cutOff) {
            throw new DcsException("this client is cut off from the in-memory store");
        }
    }

    /** A session as its owner holds it; the store keeps the deadline. */
    private final class InMemorySession implements Session {
        private final String id;
        private final Duration ttl;

        InMemorySession(String id, Duration ttl) {
            this.id = id;
            this.ttl = ttl;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Duration timeToLive() {
            return ttl;
        }

        @Override
        public boolean renew() throws DcsException {
            checkReachable();
            return store.renew(id);
        }

        @Override
        public boolean write(String key, String value, Expected expected) throws DcsException {
            checkReachable();
            return store.write(cluster, key, value, expected, Optional.of(id));
        }

        @Override
        public void end() throws DcsException {
            checkReachable();
            store.end(id);
        }
    }
}
