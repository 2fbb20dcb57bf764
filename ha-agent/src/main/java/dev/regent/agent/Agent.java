package dev.regent.agent;

import dev.regent.agent.config.AgentConfig;
import dev.regent.agent.config.WatchdogSection;
import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.HaNode;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.Peers;
import dev.regent.ha.spi.Watchdog;
import dev.regent.postgres.Guardian;
import dev.regent.postgres.PostgresDatabase;
import dev.regent.postgres.PostgresSettings;
import dev.regent.rest.Chronicle;
import dev.regent.rest.RestPeers;
import dev.regent.rest.RestServer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node with everything around it, built from a configuration. Thread-safe. */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final AgentConfig config;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    /** What was opened, the last first. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private @Nullable HaNode node;
    private volatile @Nullable RestServer api;
    private volatile Runnable reload =
            () -> LOG.warn("asked to read the configuration again, which nobody here can do");

    public Agent(AgentConfig config) {
        this.config = config;
    }

    /**
     * Looks whether the node can run here, then lets it. Wrong configuration is an {@link IllegalArgumentException}, what
     * cannot be had an {@link IOException}, both in words for people. A store that does not answer is waited for.
     */
    public void start() throws IOException, InterruptedException {
        Preflight.checkPrograms(
                config.postgresql().binDir(), config.postgresql().binNames());
        PostgresSettings settings = ServerSettings.of(config);
        Preflight.checkDataDirectory(settings);
        Preflight.checkFree("restapi.listen", config.restApi().listen());
        PostgresDatabase database = opened(new PostgresDatabase(settings));
        boolean running = database.status().isRunning();
        if (!running) {
            Preflight.checkFree(config.postgresql());
        }
        Dcs dcs = opened(config.store().open(config.scope(), config.name().value()));
        // Whoever finds its server running was here before, and may have to stop it though the store does not answer.
        NameCheck names = new NameCheck(ClusterAdmin.of(dcs), config, closing);
        boolean mayStart = running ? names.askOnce(dcs) : names.awaitAnswer();
        if (mayStart) {
            run(database, dcs, watchdog(settings));
        }
    }

    private void run(PostgresDatabase database, Dcs dcs, Watchdog watchdog) throws IOException {
        SSLSocketFactory tls = config.restApi().peers().clientSockets();
        Peers peers = opened(new RestPeers(() -> tls));
        Chronicle chronicle = opened(new Chronicle());
        HaNode started;
        synchronized (parts) {
            if (closed.get()) {
                return;
            }
            HaNode.Builder builder = HaNode.builder()
                    .scope(config.scope())
                    .name(config.name().value())
                    .dcs(dcs)
                    .database(database)
                    .connUrl(config.connUrl())
                    .apiUrl(config.apiUrl())
                    .tags(config.tags().values())
                    .newClusterConfig(config.newClusterConfig())
                    .peers(peers)
                    .watchdog(watchdog)
                    .electionPolicy(config.election().policy())
                    .listener(new Narrator())
                    .listener(chronicle);
            config.proxyUrl().ifPresent(builder::proxyUrl);
            addDevice(builder);
            started = opened(builder.start());
            node = started;
        }
        RestServer server = RestServer.builder()
                .node(started, database::status)
                .admin(ClusterAdmin.of(dcs))
                .peers(peers)
                .settings(config.restApi().settings())
                .chronicle(chronicle)
                .onReload(() -> reload.run())
                .start();
        keepBelowNode(server);
        api = server;
        LOG.info(
                "{} of cluster {}: PostgreSQL at {} in {}, REST API at {}, store {}",
                config.name(),
                config.scope(),
                config.postgresql().advertised(),
                config.postgresql().dataDir(),
                config.restApi().advertised(),
                config.store().name());
    }

    /** What to do when the API is asked to have the configuration read again; must return at once. */
    public void onReload(Runnable action) {
        reload = action;
    }

    /** Goes on under another configuration, as far as that is possible: so far the section of the REST API. */
    public void reconfigure(AgentConfig next) throws IOException {
        RestServer server = api;
        if (server != null) {
            server.reconfigure(next.restApi().settings());
        }
    }

    private Watchdog watchdog(PostgresSettings settings) {
        if (config.watchdog().settings().isEmpty()) {
            return Watchdog.none();
        }
        try {
            return opened(new Guardian(settings));
        } catch (IllegalArgumentException unsupported) {
            if (config.watchdog().isRequired()) {
                throw unsupported;
            }
            LOG.warn("the server is not guarded from outside this process: {}", unsupported.getMessage());
            return Watchdog.none();
        }
    }

    private void addDevice(HaNode.Builder builder) {
        WatchdogSection watchdog = config.watchdog();
        if (watchdog.settings().isEmpty()) {
            return;
        }
        try {
            builder.watchdogDevice(watchdog.open(), watchdog.settings().get());
        } catch (IllegalArgumentException unsupported) {
            if (watchdog.isRequired()) {
                throw unsupported;
            }
            LOG.info("no watchdog device is used: {}", unsupported.getMessage());
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        synchronized (parts) {
            parts.push(part);
        }
        return part;
    }

    /** The API goes on while the node leaves, so that everybody is told so instead of nothing. */
    private void keepBelowNode(AutoCloseable part) {
        synchronized (parts) {
            AutoCloseable last = parts.pop();
            parts.push(part);
            parts.push(last);
        }
    }

    /** Waits until the node has ended by itself or the agent was closed. */
    public void awaitEnd() {
        Optional.ofNullable(node).ifPresent(HaNode::awaitEnd);
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Stops the server, hands the leadership over, and frees everything. */
    @Override
    public void close() {
        closing.countDown();
        synchronized (parts) {
            closed.set(true);
            while (!parts.isEmpty()) {
                close(parts.pop());
            }
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception broken) {
            LOG.warn("{} could not be closed: {}", part, broken.toString());
        }
    }
}
