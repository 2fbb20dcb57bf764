package dev.regent.agent;

import dev.regent.agent.config.AgentConfig;
import dev.regent.agent.log.LogTarget;
import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.HaNode;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.Failsafe;
import dev.regent.ha.spi.Peers;
import dev.regent.ha.watchdog.ExchangeableWatchdog;
import dev.regent.postgres.PostgresDatabase;
import dev.regent.postgres.PostgresSettings;
import dev.regent.rest.Chronicle;
import dev.regent.rest.RestFailsafe;
import dev.regent.rest.RestPeers;
import dev.regent.rest.RestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node with everything around it, built from a configuration. Thread-safe. */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /** What another configuration may change while it runs. */
    private record Running(
            HaNode node,
            PostgresDatabase database,
            ExchangeableWatchdog watchdog,
            RestServer api,
            PeerSockets sockets) {}

    private volatile AgentConfig config;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    /** What was opened, the last first. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private @Nullable HaNode node;
    private volatile @Nullable Running running;
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
        if (!config.takesForeignCommands()) {
            database.ignoreForeignCommands();
        }
        boolean serverRuns = database.status().isRunning();
        if (!serverRuns) {
            Preflight.checkFree(config.postgresql());
        }
        Dcs dcs = opened(config.store().open(config.scope(), config.name().value()));
        // Whoever finds its server running was here before, and may have to stop it though the store does not answer.
        NameCheck names = new NameCheck(ClusterAdmin.of(dcs), config, closing);
        boolean mayStart = serverRuns ? names.askOnce(dcs) : names.awaitAnswer();
        if (mayStart) {
            run(database, dcs, new ExchangeableWatchdog(Guards.of(config.watchdog(), settings)));
        }
    }

    private void run(PostgresDatabase database, Dcs dcs, ExchangeableWatchdog watchdog) throws IOException {
        LOG.info(
                "{} of cluster {}: PostgreSQL at {} in {}, REST API at {}, store {}",
                config.name(),
                config.scope(),
                config.postgresql().advertised(),
                config.postgresql().dataDir(),
                config.restApi().advertised(),
                config.store().name());
        opened(watchdog);
        PeerSockets sockets = new PeerSockets(config.restApi().peers());
        Peers peers = opened(new RestPeers(sockets));
        Failsafe failsafe = opened(
                new RestFailsafe(sockets, config.restApi().settings().access().login()));
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
                    .failsafe(failsafe)
                    .watchdog(watchdog)
                    .electionPolicy(config.election().policy())
                    .listener(new Narrator())
                    .listener(chronicle);
            config.proxyUrl().ifPresent(builder::proxyUrl);
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
                .logBacklog(LogTarget::backlog)
                .start();
        keepBelowNode(server);
        running = new Running(started, database, watchdog, server, sockets);
    }

    /** What to do when the API is asked to have the configuration read again; must return at once. */
    public void onReload(Runnable action) {
        reload = action;
    }

    /**
     * Goes on under another configuration, which differs in nothing that an agent is built on. What fails, a port in use for
     * example, is an {@link IOException} for people, and leaves that part as it was.
     */
    public synchronized void reconfigure(AgentConfig next) throws IOException {
        Running now = running;
        if (now == null) {
            throw new IllegalArgumentException("this node is still starting: ask once more when it runs");
        }
        PostgresSettings settings = ServerSettings.of(next);
        if (!next.watchdog().equals(config.watchdog())) {
            now.watchdog().exchange(Guards.of(next.watchdog(), settings));
        }
        now.sockets().use(next.restApi().peers());
        now.database().use(settings);
        now.node()
                .describeAs(
                        next.connUrl(),
                        next.proxyUrl(),
                        Optional.of(next.apiUrl()),
                        next.tags().values());
        now.node().configureAgain();
        config = next;
        now.api().reconfigure(next.restApi().settings());
    }

    /** Whether the loop has looked around within this time; true also before it has begun to. */
    boolean isAlive(Duration limit) {
        Running now = running;
        return now == null
                || now.node()
                        .sinceLastLook()
                        .filter(since -> since.compareTo(limit) > 0)
                        .isEmpty();
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
