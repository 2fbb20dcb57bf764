package dev.regent.dcs.etcd;

import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Session;
import dev.regent.ha.spi.Subscription;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * The store on etcd v3 (3.4 or newer); a session is a lease. Talks to one endpoint at a time. When that one does not answer,
 * reads, renewals and new sessions go to the next within the limit of the call; a write does so only if the first endpoint
 * cannot have received it, and fails otherwise. Thread-safe, except for its sessions.
 */
public final class EtcdDcs implements Dcs {
    private final ChannelFactory channels;
    private final Connections connections;
    private final LoginTokens tokens;
    private final Calls calls;
    private final EtcdKeys keys;
    private final ScheduledThreadPoolExecutor timer;

    private EtcdDcs(EtcdOptions options) {
        channels = new ChannelFactory(options);
        connections = new Connections(options.endpoints(), channels);
        tokens = new LoginTokens(options.login());
        calls = new Calls(options, connections, tokens);
        keys = new EtcdKeys(calls, options.prefix());
        timer = new ScheduledThreadPoolExecutor(
                1, new DefaultThreadFactory("regent-etcd-watch", true), new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Opens the store without connecting: whether etcd can be reached shows with the first call. Wrong options, such as a
     * certificate file that cannot be read, are an {@link IllegalArgumentException}.
     */
    public static EtcdDcs open(EtcdOptions options) {
        return new EtcdDcs(options);
    }

    @Override
    public Entries read() throws DcsException {
        return keys.read();
    }

    @Override
    public boolean write(String key, String value, Expected expected) throws DcsException {
        return keys.put(key, value, expected, EtcdKeys.NO_LEASE);
    }

    @Override
    public boolean delete(String key, Expected expected) throws DcsException {
        return keys.delete(key, expected);
    }

    @Override
    public Session openSession(Duration ttl) throws DcsException {
        return EtcdSession.open(calls, keys, ttl);
    }

    @Override
    public Subscription watch(Runnable onChange) {
        EtcdWatch watch = new EtcdWatch(calls, keys, connections, tokens, timer, onChange);
        watch.start();
        return watch;
    }

    @Override
    public void limitCallsTo(Duration timeout) {
        calls.limitTo(timeout);
    }

    /** Ends calls under way, watches and threads. Sessions are left to run out: closing is not giving up leadership. */
    @Override
    public void close() {
        calls.close();
        timer.shutdownNow();
        connections.close();
        channels.close();
    }
}
