package dev.regent.rest;

import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.HaNode;
import dev.regent.ha.engine.Ticker;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.spi.PeerStatus;
import dev.regent.ha.spi.Peers;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
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
    private static final int HEADER_BYTES = 8 * 1024;
    /** Load balancers, monitoring and peers need tens. */
    private static final int CONNECTIONS = 1000;

    private static final int BACKLOG = 128;
    /** As long as a client may be silent in the middle of a request, or between two. */
    private static final Duration IDLE = Duration.ofSeconds(15);

    /** Requests that wait for the store, peers or a handover; more of them than this at a time are not sensible. */
    private static final int SLOW_THREADS = 8;

    private static final int SLOW_QUEUE = 32;
    private static final Duration SLOW_THREAD_IDLE = Duration.ofSeconds(30);

    private final Server server;
    private final ServerConnector connector;
    private final ThreadPoolExecutor slowThreads;
    private final CountDownLatch closing;

    private RestServer(Builder builder) {
        closing = new CountDownLatch(1);
        slowThreads = slowThreads();
        server = new Server(threads(), new ScheduledExecutorScheduler("regent-rest-timer", true), null);
        connector = connector(server, builder.host, builder.port);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(CONNECTIONS, connector));
        server.setHandler(new JettyBridge(
                builder.routes(closing), Optional.ofNullable(builder.auth), slowThreads, builder.ticker));
        server.setErrorHandler(errors());
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The port that is listened on, also when a free one was asked for. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Answers no more; whoever waits for the outcome of something is told that it is open. */
    @Override
    public void close() {
        closing.countDown();
        slowThreads.shutdown();
        try {
            if (!slowThreads.awaitTermination(1, TimeUnit.SECONDS)) {
                slowThreads.shutdownNow();
            }
            server.stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Exception ignored) {
            // Declared by Jetty's components in general; there is nothing left that could be done about it.
            LOG.warn("the HTTP server did not stop in good order: {}", ignored.toString());
        }
    }

    private void start(String host) throws IOException {
        try {
            server.start();
            slowThreads.execute(this::warmUp);
        } catch (Exception failure) {
            close();
            throw new IOException(
                    "Couldn't start a service on '" + host + ":" + connector.getPort()
                            + "', please check your `restapi.listen` configuration: " + rootOf(failure)
                            + ". Stop what listens there, or choose another address or port",
                    failure);
        }
    }

    /**
     * Asks itself once. The first request loads classes for a tenth of a second and more, and the next to ask may be a
     * member in an election. No failure of it matters.
     */
    private void warmUp() {
        try (RestPeers peers = new RestPeers()) {
            PeerStatus self = peers.ask("http://" + ownAddress() + "/patroni");
            LOG.debug("the HTTP API on port {} says of this node: {}", port(), self);
        }
    }

    private Address ownAddress() {
        String host =
                connector.getHost() == null ? InetAddress.getLoopbackAddress().getHostAddress() : connector.getHost();
        return new Address(host, port());
    }

    private static String rootOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? String.valueOf(failure.getMessage()) : rootOf(cause);
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, FEWEST_THREADS, THREAD_IDLE_MILLIS);
        threads.setName("regent-rest");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        return threads;
    }

    private static ThreadPoolExecutor slowThreads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                SLOW_THREADS,
                SLOW_THREADS,
                SLOW_THREAD_IDLE.toSeconds(),
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(SLOW_QUEUE),
                task -> DaemonThreads.named("regent-rest-slow", task));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    private static ServerConnector connector(Server server, String host, int port) {
        ServerConnector connector =
                new ServerConnector(server, null, null, null, 1, 1, new HttpConnectionFactory(http()));
        connector.setHost(host.isEmpty() || host.equals("*") ? null : host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setAcceptQueueSize(BACKLOG);
        return connector;
    }

    private static HttpConfiguration http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setResponseHeaderSize(HEADER_BYTES);
        http.setSendServerVersion(false);
        // A path here names an endpoint, never a file, so that no spelling of it can lead anywhere else.
        http.setUriCompliance(UriCompliance.UNSAFE);
        return http;
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
        private @Nullable BasicAuth auth;
        private @Nullable Peers peers;
        private String host = "";
        private int port;
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

        /** Where to listen; an empty host or {@code *} means everywhere, port 0 a free one. */
        public Builder listen(String listenHost, int listenPort) {
            host = listenHost;
            port = listenPort;
            return this;
        }

        /** Who may change something; without it everybody may. */
        public Builder basicAuth(String user, String password) {
            auth = new BasicAuth(user, password);
            return this;
        }

        /** How candidates for a handover are asked; stays the caller's to close. */
        public Builder peers(Peers value) {
            peers = value;
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
            started.start(host);
            return started;
        }

        private Routes routes(CountDownLatch closing) {
            NodeView view = needed(node, "node");
            ClusterAdmin cluster = needed(admin, "admin");
            ClusterEndpoints clusterEndpoints = new ClusterEndpoints(view, cluster);
            return new Routes(
                    new NodeEndpoints(view, new LiveDatabase(view, ticker)),
                    clusterEndpoints,
                    new ConfigEndpoints(view, cluster, clusterEndpoints),
                    new HandoverEndpoints(
                            new HandoverEndpoints.Surroundings(view, cluster, needed(peers, "peers"), ticker, clock),
                            closing));
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
