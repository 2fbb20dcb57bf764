package dev.regent.agent;

import dev.regent.agent.config.AgentConfig;
import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.Member;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sure that no other agent runs under this one's name: two of them would fight over one place in the cluster. */
final class NameCheck {
    private static final Logger LOG = LoggerFactory.getLogger(NameCheck.class);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
    private static final Duration GLANCE = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(3);

    private final ClusterAdmin admin;
    private final AgentConfig config;
    private final CountDownLatch closing;

    NameCheck(ClusterAdmin admin, AgentConfig config, CountDownLatch closing) {
        this.admin = admin;
        this.config = config;
        this.closing = closing;
    }

    /** Waits for the store; false when the agent was told to end meanwhile. A name in use is an exception. */
    boolean awaitAnswer() throws IOException, InterruptedException {
        boolean told = false;
        do {
            try {
                requireFree(admin.view());
                return true;
            } catch (DcsException unreachable) {
                if (!told) {
                    LOG.warn("waiting for the store ({}): {}", config.store().name(), unreachable.getMessage());
                    told = true;
                }
            }
        } while (!closing.await(BETWEEN_ATTEMPTS.toMillis(), TimeUnit.MILLISECONDS));
        return false;
    }

    /** Looks once, for a moment: true when the name is free, and also when the store does not answer. */
    boolean askOnce(Dcs dcs) throws IOException {
        dcs.limitCallsTo(GLANCE);
        try {
            requireFree(admin.view());
        } catch (DcsException unreachable) {
            LOG.warn("whether another member has this one's name is not known: {}", unreachable.getMessage());
        }
        return true;
    }

    private void requireFree(ClusterView view) throws IOException {
        Optional<String> url = view.member(config.name()).flatMap(Member::apiUrl);
        if (url.isPresent() && answers(url.get())) {
            throw new IOException("Can't start; there is already a node named '" + config.name() + "' running, at "
                    + url.get() + ": stop it, or give this one another name");
        }
    }

    /** Whether somebody is there, whatever the answer is. */
    private static boolean answers(String apiUrl) {
        try {
            URL liveness = URI.create(apiUrl).resolve("/liveness").toURL();
            HttpURLConnection connection = (HttpURLConnection) liveness.openConnection();
            connection.setConnectTimeout((int) ANSWER_LIMIT.toMillis());
            connection.setReadTimeout((int) ANSWER_LIMIT.toMillis());
            connection.getResponseCode();
            return true;
        } catch (SSLException distrusted) {
            return true;
        } catch (IOException | IllegalArgumentException nobody) {
            return false;
        }
    }
}
