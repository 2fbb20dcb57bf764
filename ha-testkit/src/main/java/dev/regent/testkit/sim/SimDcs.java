package dev.regent.testkit.sim;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Session;
import dev.regent.ha.spi.Subscription;
import dev.regent.testkit.store.InMemoryDcs;
import java.time.Duration;

/** The store as one agent sees it: calls take time, and some get lost on the road. Used by one thread. */
final class SimDcs implements Dcs {
    private static final long LATENCY = 3 * EventQueue.MILLISECOND;
    private static final long LONGEST_DELAY = 20 * EventQueue.SECOND;
    private static final long LATE_HINT = 3 * EventQueue.SECOND;
    private static final double HINT_LOST = 0.02;
    private static final double HINT_LATE = 0.02;
    private static final Duration DELUSION = Duration.ofMinutes(1);

    private final SimStore store;
    private final InMemoryDcs inner;
    private final StoreRoad road;
    private final AgentTime agent;
    private final EventQueue queue;
    private final Dice dice;
    private final boolean deluded;
    private long timeout = 2 * EventQueue.SECOND;

    /** A step at the store. */
    @FunctionalInterface
    private interface Effect<T> {
        T apply() throws DcsException;
    }

    SimDcs(SimStore store, StoreRoad road, AgentTime agent, EventQueue queue, Dice dice, boolean deluded) {
        this.store = store;
        this.inner = store.open();
        this.road = road;
        this.agent = agent;
        this.queue = queue;
        this.dice = dice;
        this.deluded = deluded;
    }

    @Override
    public Entries read() throws DcsException {
        return call(inner::read);
    }

    @Override
    public boolean write(String key, String value, Expected expected) throws DcsException {
        return call(() -> inner.write(key, value, expected));
    }

    @Override
    public boolean delete(String key, Expected expected) throws DcsException {
        return call(() -> inner.delete(key, expected));
    }

    @Override
    public Session openSession(Duration ttl) throws DcsException {
        return new SimSession(call(() -> inner.openSession(ttl)));
    }

    @Override
    public Subscription watch(Runnable onChange) {
        return inner.watch(() -> {
            boolean unheard = road.isCut() || store.frozenFor() > 0 || dice.chance(HINT_LOST);
            if (!unheard) {
                long delay = dice.between(0, dice.chance(HINT_LATE) ? LATE_HINT : LATENCY);
                queue.after(delay, onChange);
            }
        });
    }

    @Override
    public void limitCallsTo(Duration limit) {
        timeout = EventQueue.micros(limit);
    }

    /** Leaves the client open: what is still on the road reaches the store after its sender has gone. */
    @Override
    public void close() {}

    private <T> T call(Effect<T> effect) throws DcsException {
        agent.checkAlive();
        if (store.frozenFor() > 0) {
            return callFrozen(effect);
        }
        return switch (road.isCut() ? StoreRoad.Fate.REQUEST_LOST : road.fate(dice)) {
            case ANSWERED -> answered(effect, dice.between(0, LATENCY), dice.between(0, LATENCY));
            case SLOW -> {
                long there = dice.between(0, timeout);
                yield answered(effect, there, dice.between(0, timeout - there));
            }
            case REQUEST_LOST -> throw timedOut(road.isCut() ? dice.between(0, timeout) : timeout);
            case REPLY_LOST -> {
                long there = dice.between(0, timeout);
                agent.pass(there);
                reach(effect);
                throw timedOut(timeout - there);
            }
            case DELAYED -> {
                later(effect, timeout + dice.between(0, LONGEST_DELAY));
                throw timedOut(timeout);
            }
        };
    }

    private <T> T callFrozen(Effect<T> effect) throws DcsException {
        long rest = store.frozenFor();
        if (rest < timeout) {
            return answered(effect, rest, dice.between(0, LATENCY));
        }
        if (dice.chance(1.0 / 2)) {
            later(effect, rest + dice.between(0, LATENCY));
        }
        throw timedOut(timeout);
    }

    private <T> T answered(Effect<T> effect, long there, long back) throws DcsException {
        agent.pass(there);
        T answer = reach(effect);
        agent.pass(back);
        if (road.isCut()) {
            throw new DcsException("the reply was lost: the link to the store is cut");
        }
        return answer;
    }

    private <T> T reach(Effect<T> effect) throws DcsException {
        if (road.isCut()) {
            throw timedOut(timeout);
        }
        return effect.apply();
    }

    private <T> void later(Effect<T> effect, long delay) {
        queue.after(delay, () -> {
            try {
                effect.apply();
            } catch (DcsException nobodyCares) {
                throw new Violation("the store itself failed", nobodyCares);
            }
        });
    }

    private DcsException timedOut(long after) {
        agent.pass(after);
        return new DcsException("no answer in time");
    }

    /** A session whose calls travel the same road. */
    private final class SimSession implements Session {
        private final Session inStore;

        SimSession(Session inStore) {
            this.inStore = inStore;
        }

        @Override
        public String id() {
            return inStore.id();
        }

        @Override
        public Duration timeToLive() {
            return deluded ? inStore.timeToLive().plus(DELUSION) : inStore.timeToLive();
        }

        @Override
        public boolean renew() throws DcsException {
            return call(inStore::renew);
        }

        @Override
        public boolean write(String key, String value, Expected expected) throws DcsException {
            return call(() -> inStore.write(key, value, expected));
        }

        @Override
        public void end() throws DcsException {
            call(() -> {
                inStore.end();
                return true;
            });
        }
    }
}
