package dev.regent.rest;

import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.HaNode;
import dev.regent.ha.engine.Ticker;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Peers;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API of one node, from {@link Builder#start()} until {@link #close()}. All its threads are daemons, all its
 * resources have limits, and the node does not depend on it: whatever happens here, the node goes on. Thread-safe.
 */
public final class RestServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);

    /** One accepts, one selects; the others answer health checks, which take microseconds. */
    private static final int THREADS = 12;

    private static final int FEWEST_THREADS = 3;
    private static final int THREAD_IDLE_MILLIS = 60_000;

    /** Elections and monitoring: a handful of questions at a time, each answered in a millisecond. */
    private static final int ASKING_THREADS = 4;

    private static final int ASKING_QUEUE = 64;
    private static final int SLOW_QUEUE = 32;
    private static final Duration THREAD_IDLE = Duration.ofSeconds(30);

    private final Server server;
    private final NodeView node;
    private final JettyBridge bridge;
    private final ThreadPoolExecutor asking;
    private final ThreadPoolExecutor slow;
    private final CountDownLatch closing = new CountDownLatch(1);
    private RestSettings settings;
    private volatile Listener listener;

    private RestServer(Builder builder) throws IOException {
        settings = builder.settings;
        node = builder.view();
        asking = threads("regent-rest-ask", ASKING_THREADS, ASKING_QUEUE);
        slow = threads("regent-rest-slow", settings.slowThreads(), SLOW_QUEUE);
        server = new Server(jettyThreads(), new ScheduledExecutorScheduler("regent-rest-timer", true), null);
        bridge = new JettyBridge(
                builder.routes(closing),
                Exposure.of(settings, node),
                new JettyBridge.Threads(asking, slow),
                builder.ticker);
        listener = Listener.of(server, settings);
        server.setHandler(bridge);
        server.setErrorHandler(errors());
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The port that is listened on, also when a free one was asked for. */
    public int port() {
        return listener.port();
    }

    /**
     * Goes on under other settings. Who may do what, and what answers carry, changes at once; a certificate is read again
     * even when its file has the same name; another address or a change between HTTP and HTTPS needs a new listener, whose
     * predecessor finishes what it has begun. How many threads there are stays as it was. What fails leaves the listener as
     * it was, and says so.
     */
    public synchronized void reconfigure(RestSettings next) throws IOException {
        Listener before = listener;
        if (settings.listensLike(next)) {
            before.adopt(next);
        } else {
            Listener after = Listener.of(server, next);
            before.stopAccepting();
            try {
                after.start();
            } catch (IOException failure) {
                before.acceptAgain();
                throw failure;
            }
            listener = after;
            before.finish();
        }
        settings = next;
        bridge.adopt(Exposure.of(next, node));
    }

    /** Answers no more; whoever waits for the outcome of something is told that it is open. */
    @Override
    public void close() {
        closing.countDown();
        slow.shutdown();
        asking.shutdown();
        try {
            if (!slow.awaitTermination(1, TimeUnit.SECONDS)) {
                slow.shutdownNow();
            }
            server.stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Exception ignored) {
            // Declared by Jetty's components in general; there is nothing left that could be done about it.
            LOG.warn("the HTTP server did not stop in good order: {}", ignored.toString());
        }
    }

    private void start() throws IOException {
        try {
            server.start();
            listener.start();
            slow.execute(this::warmUp);
        } catch (IOException told) {
            close();
            throw told;
        } catch (Exception failure) {
            close();
            throw new IOException("the HTTP server could not be started: " + failure, failure);
        }
    }

    /**
     * Asks itself once. The first request loads classes for a tenth of a second and more, and the next to ask may be a
     * member in an election. No failure of it matters.
     */
    private void warmUp() {
        try (RestPeers peers = new RestPeers(RestServer::socketsForAnybody)) {
            PeerStatus self = peers.ask(listener.ownUrl() + "/patroni");
            LOG.debug("the HTTP API on port {} says of this node: {}", port(), self);
        }
    }

    /** The certificate that is shown here need not be one that this node would believe. */
    private static SSLSocketFactory socketsForAnybody() {
        try {
            return TlsFiles.NONE.clientSockets();
        } catch (IOException withoutTls) {
            return (SSLSocketFactory) SSLSocketFactory.getDefault();
        }
    }

    private static QueuedThreadPool jettyThreads() {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, FEWEST_THREADS, THREAD_IDLE_MILLIS);
        threads.setName("regent-rest");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        return threads;
    }

    private static ThreadPoolExecutor threads(String name, int count, int queue) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                count,
                count,
                THREAD_IDLE.toSeconds(),
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(queue),
                task -> DaemonThreads.named(name, task));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    private static ErrorHandler errors() {
        ErrorHandler errors = new ErrorHandler();
        errors.setShowStacks(false);
        errors.setShowCauses(false);
        return errors;
    }

    /** Collects what the API needs. A node and an admin are needed; the rest has defaults. */
    public static final class Builder {
        private @Nullable NodeView node;
        private @Nullable ClusterAdmin admin;
        private @Nullable Peers peers;
        private @Nullable Chronicle chronicle;
        private Runnable reload = () -> {};
        private Supplier<LogBacklog> backlog = () -> LogBacklog.NONE;
        private RestSettings settings = RestSettings.listeningOn("", 0);
        private Ticker ticker = Ticker.system();
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** The node to speak for, and where to ask for its server's status at any moment. */
        public Builder node(HaNode value, Supplier<DatabaseStatus> database) {
            return node(NodeView.of(value, database));
        }

        public Builder node(NodeView value) {
            node = value;
            return this;
        }

        /** Through which the cluster is read and requests are written. */
        public Builder admin(ClusterAdmin value) {
            admin = value;
            return this;
        }

        /** Where to listen, in plain HTTP and for everybody; an empty host or {@code *} means everywhere, port 0 a free one. */
        public Builder listen(String host, int port) {
            return settings(RestSettings.listeningOn(host, port));
        }

        /** Where to listen and who may do what; replaces what was said of it before. */
        public Builder settings(RestSettings value) {
            settings = value;
            return this;
        }

        /** Who may change something; without it everybody may. */
        public Builder basicAuth(String user, String password) {
            return settings(settings.withAccess(settings.access().withLogin(user, password)));
        }

        /** What has happened to the node, for metrics and people; stays the caller's to close. */
        public Builder chronicle(Chronicle value) {
            chronicle = value;
            return this;
        }

        /** What to do when somebody asks for the configuration to be read again; must return at once. */
        public Builder onReload(Runnable action) {
            reload = action;
            return this;
        }

        /** How candidates for a handover are asked; stays the caller's to close. */
        public Builder peers(Peers value) {
            peers = value;
            return this;
        }

        /** Where to look how far the log is behind; must return at once. */
        public Builder logBacklog(Supplier<LogBacklog> value) {
            backlog = value;
            return this;
        }

        Builder ticker(Ticker value) {
            ticker = value;
            return this;
        }

        Builder clock(Clock value) {
            clock = value;
            return this;
        }

        /** Begins to listen. Fails when it cannot, with a message that says what to do. */
        public RestServer start() throws IOException {
            RestServer started = new RestServer(this);
            started.start();
            return started;
        }

        private NodeView view() {
            return needed(node, "node");
        }

        private Routes routes(CountDownLatch closing) {
            NodeView view = view();
            ClusterAdmin cluster = needed(admin, "admin");
            LiveDatabase database = new LiveDatabase(view, ticker);
            ClusterEndpoints clusterEndpoints = new ClusterEndpoints(view, cluster);
            return new Routes(new Routes.Endpoints(
                    new NodeEndpoints(view, database, backlog),
                    clusterEndpoints,
                    new ConfigEndpoints(view, cluster, clusterEndpoints),
                    new HandoverEndpoints(
                            new HandoverEndpoints.Surroundings(view, cluster, needed(peers, "peers"), ticker, clock),
                            closing),
                    new OrderEndpoints(view, cluster, clock, closing),
                    new FailsafeEndpoints(view),
                    new DaemonEndpoints(reload),
                    new MetricsEndpoint(view, database, Optional.ofNullable(chronicle)),
                    new PageEndpoints(Optional.ofNullable(chronicle))));
        }

        private static <T> T needed(@Nullable T value, String what) {
            if (value == null) {
                throw new IllegalArgumentException(
                        "a REST server needs " + what + ": call " + what + "(...) before start()");
            }
            return value;
        }
    }
}
