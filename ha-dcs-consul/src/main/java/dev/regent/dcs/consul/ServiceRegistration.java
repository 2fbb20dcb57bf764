package dev.regent.dcs.consul;

import dev.regent.ha.spi.DcsException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the service of a member at its agent in step with its entry. A failure costs nothing but the delay until the next
 * renewal of the session, where it is tried again. Thread-safe.
 */
final class ServiceRegistration {
    private static final Logger log = LoggerFactory.getLogger(ServiceRegistration.class);
    private static final String MEMBERS = "members/";

    /** Sends to the agent. */
    interface Agent {
        Answer put(String path, String body) throws DcsException;
    }

    private final ServiceSettings settings;
    private final String client;
    private final Agent agent;
    private Optional<MemberService> wanted = Optional.empty();
    private Optional<MemberService> told = Optional.empty();
    private boolean hasComplained;

    /** @param client {@code SCOPE-MEMBER} */
    ServiceRegistration(ServiceSettings settings, String client, Agent agent) {
        this.settings = settings;
        this.client = client;
        this.agent = agent;
    }

    /** An entry was written in a session of that time to live. */
    synchronized void written(String key, String value, Duration sessionTtl) {
        if (!settings.register() || !key.startsWith(MEMBERS)) {
            return;
        }
        String member = key.substring(MEMBERS.length());
        if (client.endsWith("-" + member)) {
            String scope = client.substring(0, client.length() - member.length() - 1);
            MemberService.of(scope, member, value)
                    .filter(service -> service.isToBeFound() || service.isStopped())
                    .ifPresent(service -> wanted = Optional.of(service));
            catchUp(sessionTtl);
        }
    }

    /** Does what could not be done before. */
    synchronized void catchUp(Duration sessionTtl) {
        if (wanted.isEmpty() || wanted.equals(told)) {
            return;
        }
        MemberService service = wanted.get();
        boolean done = service.isStopped()
                ? send("/v1/agent/service/deregister/" + ConsulDcs.encoded(service.id()), "")
                : send("/v1/agent/service/register", service.registration(settings, sessionTtl));
        if (done) {
            told = wanted;
        }
    }

    /** The member is to be found no more. */
    synchronized void end() {
        told.filter(service -> !service.isStopped())
                .ifPresent(service -> send("/v1/agent/service/deregister/" + ConsulDcs.encoded(service.id()), ""));
        wanted = Optional.empty();
        told = Optional.empty();
    }

    private boolean send(String path, String body) {
        try {
            Answer answer = agent.put(path, body);
            // What it does not know it need not forget
            if (answer.is(Answer.OK)
                    || answer.is(Answer.NOT_FOUND)
                    || answer.body().startsWith("Unknown service")) {
                hasComplained = false;
                return true;
            }
            throw answer.unexpected();
        } catch (DcsException failed) {
            if (!hasComplained) {
                log.warn("The service of {} at the Consul agent is not up to date: {}", client, failed.getMessage());
            }
            hasComplained = true;
            return false;
        }
    }
}
