package dev.regent.ha.engine;

import dev.regent.ha.event.HaEvent;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Session;
import dev.regent.ha.spi.Subscription;
import java.time.Duration;
import java.util.function.Consumer;

/** Another store that tells how long each call took, and whether it was answered. As thread-safe as the other. */
final class TimedDcs implements Dcs {
    private final Dcs dcs;
    private final NodeName node;
    private final Ticker ticker;
    private final Consumer<HaEvent> events;

    TimedDcs(Dcs dcs, NodeName node, Ticker ticker, Consumer<HaEvent> events) {
        this.dcs = dcs;
        this.node = node;
        this.ticker = ticker;
        this.events = events;
    }

    @FunctionalInterface
    private interface Call<T> {
        T ask() throws DcsException;
    }

    private <T> T timed(HaEvent.StoreCall call, Call<T> question) throws DcsException {
        Duration since = ticker.read();
        boolean answered = false;
        try {
            T answer = question.ask();
            answered = true;
            return answer;
        } finally {
            events.accept(new HaEvent.StoreAsked(node, call, ticker.read().minus(since), answered));
        }
    }

    @Override
    public Entries read() throws DcsException {
        return timed(HaEvent.StoreCall.READ, dcs::read);
    }

    @Override
    public boolean write(String key, String value, Expected expected) throws DcsException {
        return timed(HaEvent.StoreCall.WRITE, () -> dcs.write(key, value, expected));
    }

    @Override
    public boolean delete(String key, Expected expected) throws DcsException {
        return timed(HaEvent.StoreCall.WRITE, () -> dcs.delete(key, expected));
    }

    @Override
    public Session openSession(Duration ttl) throws DcsException {
        return new TimedSession(timed(HaEvent.StoreCall.WRITE, () -> dcs.openSession(ttl)));
    }

    @Override
    public Subscription watch(Runnable onChange) {
        return dcs.watch(onChange);
    }

    @Override
    public void limitCallsTo(Duration timeout) {
        dcs.limitCallsTo(timeout);
    }

    @Override
    public void close() {
        dcs.close();
    }

    private final class TimedSession implements Session {
        private final Session session;

        TimedSession(Session session) {
            this.session = session;
        }

        @Override
        public String id() {
            return session.id();
        }

        @Override
        public Duration timeToLive() {
            return session.timeToLive();
        }

        @Override
        public boolean renew() throws DcsException {
            return timed(HaEvent.StoreCall.RENEW, session::renew);
        }

        @Override
        public boolean write(String key, String value, Expected expected) throws DcsException {
            return timed(HaEvent.StoreCall.WRITE, () -> session.write(key, value, expected));
        }

        @Override
        public void end() throws DcsException {
            timed(HaEvent.StoreCall.WRITE, () -> {
                session.end();
                return true;
            });
        }
    }
}
