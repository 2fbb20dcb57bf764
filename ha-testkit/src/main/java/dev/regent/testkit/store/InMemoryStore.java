package dev.regent.testkit.store;

import dev.regent.ha.engine.Ticker;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Entries.Entry;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A store server inside this process, which each node of a test reaches through an {@link InMemoryDcs} of its own.
 *
 * <p>By default it lives in real time: sessions end by themselves and watchers are called on the store's own thread. A
 * store that is {@linkplain #drivenBy driven by a ticker} has no thread: watchers are called by whoever changed something,
 * after the change, and a session ends when somebody looks after its deadline. Thread-safe.
 */
public final class InMemoryStore implements AutoCloseable {
    private final Ticker ticker;
    private final Courier courier;

    private final Object lock = new Object();
    private final Map<String, Map<String, Entry>> clusters = new TreeMap<>();
    private final Map<String, LiveSession> sessions = new LinkedHashMap<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private long revision;
    private long sessionsOpened;

    /** A session that had not ended when it was last looked at. */
    private record LiveSession(Duration ttl, Duration endsAt) {}

    /** Not a record: two watchers with the same callback are still two. */
    private static final class Watcher {
        private final String cluster;
        private final Runnable onChange;

        Watcher(String cluster, Runnable onChange) {
            this.cluster = cluster;
            this.onChange = onChange;
        }
    }

    /** A store in real time. */
    public InMemoryStore() {
        this.ticker = Ticker.system();
        this.courier = new ThreadedCourier(this::expireSessions);
    }

    private InMemoryStore(Ticker ticker) {
        this.ticker = ticker;
        this.courier = Courier.immediate();
    }

    /** A store without a thread, for which time is what the ticker says. */
    public static InMemoryStore drivenBy(Ticker ticker) {
        return new InMemoryStore(ticker);
    }

    /** Another client of this store, for the cluster's own keys. */
    public InMemoryDcs open(String cluster) {
        return new InMemoryDcs(this, cluster);
    }

    /** Ends the sessions whose deadline has passed. A store in real time does so by itself. */
    public void expireSessions() {
        change(changed -> true);
        nextExpiry().ifPresent(at -> courier.wakeIn(at.minus(ticker.read())));
    }

    /** When the next session ends, by the ticker, if nobody renews it. */
    public Optional<Duration> nextExpiry() {
        synchronized (lock) {
            return sessions.values().stream().map(LiveSession::endsAt).min(Duration::compareTo);
        }
    }

    /** Ends the store's thread; the content stays readable. */
    @Override
    public void close() {
        courier.close();
    }

    Entries read(String cluster) {
        return change(changed -> new Entries(entries(cluster)));
    }

    boolean write(String cluster, String key, String value, Expected expected, Optional<String> session) {
        return change(changed -> {
            if (!isAsExpected(cluster, key, expected) || !session.stream().allMatch(sessions::containsKey)) {
                return false;
            }
            revision++;
            entries(cluster).put(key, new Entry(value, revision, session));
            changed.add(cluster);
            return true;
        });
    }

    boolean delete(String cluster, String key, Expected expected) {
        return change(changed -> {
            if (!isAsExpected(cluster, key, expected)) {
                return false;
            }
            if (entries(cluster).remove(key) != null) {
                revision++;
                changed.add(cluster);
            }
            return true;
        });
    }

    String openSession(Duration ttl) {
        String id = change(changed -> {
            sessionsOpened++;
            String opened = "session-" + sessionsOpened;
            sessions.put(opened, new LiveSession(ttl, ticker.read().plus(ttl)));
            return opened;
        });
        courier.wakeIn(ttl);
        return id;
    }

    boolean renew(String session) {
        return change(changed -> sessions.computeIfPresent(
                        session,
                        (id, live) -> new LiveSession(live.ttl(), ticker.read().plus(live.ttl())))
                != null);
    }

    void end(String session) {
        change(changed -> {
            drop(session, changed);
            return true;
        });
    }

    Subscription watch(String cluster, Runnable onChange) {
        Watcher watcher = new Watcher(cluster, onChange);
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    /** Runs one step at which no session is past its deadline, then tells who watches the clusters that it changed. */
    private <T> T change(Function<Set<String>, T> step) {
        Set<String> changed = new TreeSet<>();
        T result;
        synchronized (lock) {
            dropExpired(changed);
            result = step.apply(changed);
        }
        // Outside the lock: a watcher may use the store at once.
        watchers.stream().filter(watcher -> changed.contains(watcher.cluster)).forEach(this::call);
        return result;
    }

    private void call(Watcher watcher) {
        courier.deliver(() -> {
            if (watchers.contains(watcher)) {
                watcher.onChange.run();
            }
        });
    }

    private void dropExpired(Set<String> changed) {
        Duration now = ticker.read();
        List<String> expired = new ArrayList<>();
        sessions.forEach((id, live) -> {
            if (live.endsAt().compareTo(now) <= 0) {
                expired.add(id);
            }
        });
        expired.forEach(id -> drop(id, changed));
    }

    private void drop(String session, Set<String> changed) {
        sessions.remove(session);
        clusters.forEach((cluster, entries) -> {
            if (removeBoundTo(session, entries.values())) {
                revision++;
                changed.add(cluster);
            }
        });
    }

    private static boolean removeBoundTo(String session, Collection<Entry> entries) {
        return entries.removeIf(entry -> entry.session().filter(session::equals).isPresent());
    }

    private boolean isAsExpected(String cluster, String key, Expected expected) {
        Optional<Entry> present = Optional.ofNullable(entries(cluster).get(key));
        if (expected instanceof Expected.Absent) {
            return present.isEmpty();
        }
        if (expected instanceof Expected.At at) {
            return present.filter(entry -> entry.revision() == at.revision()).isPresent();
        }
        return true;
    }

    private Map<String, Entry> entries(String cluster) {
        return clusters.computeIfAbsent(cluster, name -> new TreeMap<>());
    }
}
