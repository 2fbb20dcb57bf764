package dev.regent.agent;

import dev.regent.agent.config.AgentConfig;
import dev.regent.agent.config.ConfigChange;
import dev.regent.agent.config.ConfigFile;
import dev.regent.agent.config.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the configuration again whenever it is asked to, and has the agent take over what it can. Thread-safe. */
final class Reloading {
    private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);
    private static final int THREAD_IDLE_SECONDS = 5;

    private final Optional<Path> file;
    private final Map<String, String> environment;
    private final Agent agent;
    private final SystemdNotice systemd;
    private final ThreadPoolExecutor thread;
    private Section current;

    Reloading(Optional<Path> file, Map<String, String> environment, Section first, Agent agent, SystemdNotice systemd) {
        this.file = file;
        this.environment = environment;
        this.current = first;
        this.agent = agent;
        this.systemd = systemd;
        // One may wait while another is under way: what was written before it was asked for is surely read. More add
        // nothing.
        thread = new ThreadPoolExecutor(
                1,
                1,
                THREAD_IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(1),
                task -> {
                    Thread worker = new Thread(task, "regent-reload");
                    worker.setDaemon(true);
                    return worker;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        thread.allowCoreThreadTimeOut(true);
    }

    /** Returns at once. */
    void begin() {
        thread.execute(this::reload);
    }

    private void reload() {
        systemd.reloading();
        try {
            takeOver(ConfigChange.between(current, ConfigFile.read(file, environment)));
        } catch (IllegalArgumentException | IOException unusable) {
            LOG.error("the configuration stays as it was: {}", unusable.getMessage());
        } catch (RuntimeException bug) {
            LOG.error("the configuration could not be read again, please report it", bug);
        } finally {
            systemd.ready();
        }
    }

    private void takeOver(ConfigChange change) throws IOException {
        AgentConfig next = AgentConfig.of(change.next());
        if (change.isEmpty()) {
            LOG.info("No local configuration items changed.");
        }
        if (change.taken().stream().anyMatch(path -> path.startsWith("log."))) {
            LogOutput.as(next.log());
        }
        if (!change.taken().isEmpty()) {
            LOG.info("taken over from {}: {}", next.source(), String.join(", ", change.taken()));
            next.warnings().forEach(LOG::warn);
        }
        if (!change.held().isEmpty()) {
            LOG.warn("without effect until this agent is restarted: {}", String.join(", ", change.held()));
        }
        try {
            agent.reconfigure(next);
            current = change.next();
        } catch (IOException partly) {
            current = change.next();
            throw partly;
        }
    }
}
