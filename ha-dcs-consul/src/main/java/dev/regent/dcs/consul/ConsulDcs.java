package dev.regent.dcs.consul;

import com.ecwid.consul.json.GsonFactory;
import com.ecwid.consul.v1.kv.model.GetValue;
import com.google.gson.JsonParseException;
import dev.regent.ha.spi.Dcs;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Entries.Entry;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Session;
import dev.regent.ha.spi.Subscription;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store on Consul, through one agent, in the layout of Patroni: below one prefix, as text, with sessions that delete
 * what is bound to them when they end.
 *
 * <p><b>How long a session lives.</b> As Patroni does, a session is created with half the configured time to live. Consul
 * documents a session's TTL as a lower bound: it never ends the session sooner, and may end it later; today's servers wait
 * for twice the TTL, and begin anew when they elect a leader. So an entry of a dead node vanishes after about the configured
 * time, but what Consul promises to a living one, and all that {@link Session#timeToLive()} claims, is half of it. The other
 * half pays for a server that was deposed as Consul's leader without knowing it yet and still answered a renewal. Consul also
 * has a least TTL, 10 s unless {@code session_ttl_min} says otherwise: a shorter one is lengthened to it.
 *
 * <p><b>What ends a session sooner.</b> Sessions are created without health checks, unless settings name some, because those
 * do. What remains is that
 * Consul ends all sessions of an agent that leaves the datacenter ({@code consul leave}, {@code consul force-leave}, and a
 * stopped client agent unless it is configured with {@code leave_on_terminate = false}). Configure that on every node, and
 * do not let the agent of a leader leave.
 *
 * <p>Thread-safe, but for its sessions.
 */
public final class ConsulDcs implements Dcs {
    private static final Logger log = LoggerFactory.getLogger(ConsulDcs.class);

    /** Patroni's: a third of the default {@code retry_timeout}. */
    private static final Duration DEFAULT_LIMIT = Duration.ofMillis(3_333);

    /** The engine uses one at a time; the others are for calls given up that still hang. */
    private static final int MAX_CONNECTIONS = 8;

    /** Our sessions have a lock delay of a millisecond, those of other tools of seconds: each pause is twice the last. */
    private static final Duration LOCK_DELAY_PAUSE = Duration.ofMillis(2);

    private final ConsulSettings settings;
    private final String prefix;
    private final String sessionName;
    private final List<String> sessionChecks;
    private final ServiceRegistration registration;
    private final ConsulHttp http;
    private final BoundedCalls calls = new BoundedCalls();
    private final Set<ConsulWatch> watches = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isAgentChecked = new AtomicBoolean();
    private volatile Duration limit = DEFAULT_LIMIT;

    private ConsulDcs(ConsulSettings settings, String prefix, String sessionName, ServiceSettings service) {
        this.settings = settings;
        this.prefix = prefix;
        this.sessionName = sessionName;
        this.sessionChecks = service.sessionChecks();
        this.registration = new ServiceRegistration(service, sessionName, this::putAtAgent);
        this.http = new ConsulHttp(settings, MAX_CONNECTIONS, DEFAULT_LIMIT);
    }

    /**
     * Opens the store without connecting: whether the agent can be reached shows with the first call. Wrong settings, such
     * as a certificate file that cannot be read, are an {@link IllegalArgumentException}.
     *
     * @param prefix the folder of one cluster, for example {@code service/demo}; a leading slash is left out, as Consul's keys
     *     have none
     * @param sessionName what Consul shows people for the sessions of this node; Patroni's is {@code SCOPE-MEMBER}
     */
    public static ConsulDcs open(ConsulSettings settings, String prefix, String sessionName) {
        return open(settings, prefix, sessionName, ServiceSettings.NONE);
    }

    /**
     * The same; who writes a member's entry in a session is a service of the agent, too, if the settings say so, until it
     * ends that session or writes that it is stopped.
     */
    public static ConsulDcs open(ConsulSettings settings, String prefix, String sessionName, ServiceSettings service) {
        String folder = prefix.replaceAll("/+", "/").replaceFirst("^/", "");
        if (folder.isEmpty()) {
            throw new IllegalArgumentException(
                    "The prefix must name a folder, like service/demo, but is '" + prefix + "'");
        }
        return new ConsulDcs(settings, folder.endsWith("/") ? folder : folder + "/", sessionName, service);
    }

    @Override
    public Entries read() throws DcsException {
        Answer answer = get(listing() + "&consistent", Deadline.after(limit));
        boolean isEmpty = answer.is(Answer.NOT_FOUND);
        if (!isEmpty && !answer.is(Answer.OK)) {
            throw answer.unexpected();
        }
        if (answer.index() == 0) {
            throw new DcsException(answer.request() + ": answered " + answer.status()
                    + " without an X-Consul-Index, so it is no agent of Consul: check host and port");
        }
        return isEmpty ? new Entries(Map.of()) : entries(answer);
    }

    @Override
    public boolean write(String key, String value, Expected expected) throws DcsException {
        return commit(Transaction.set(prefix + key, value, expected));
    }

    @Override
    public boolean delete(String key, Expected expected) throws DcsException {
        return commit(Transaction.delete(prefix + key, expected));
    }

    @Override
    public Session openSession(Duration ttl) throws DcsException {
        Deadline deadline = Deadline.after(limit);
        Session session = ConsulSession.open(this, sessionName, ttl, deadline);
        if (!sessionChecks.isEmpty() && !isAgentChecked.get()) {
            log.warn(
                    "A check that fails ends the session of this node at once and lets another node take over while this one"
                            + " still writes: remove consul.checks, found {}",
                    sessionChecks);
        }
        if (isAgentChecked.compareAndSet(false, true)) {
            warnOfAgentThatLeaves(deadline);
        }
        return session;
    }

    @Override
    public Subscription watch(Runnable onChange) {
        ConsulWatch watch = ConsulWatch.start(settings, listing(), onChange);
        watches.add(watch);
        return () -> {
            watches.remove(watch);
            watch.close();
        };
    }

    @Override
    public void limitCallsTo(Duration timeout) {
        if (timeout.equals(limit)) {
            return;
        }
        limit = timeout;
        http.limitSilenceTo(timeout);
    }

    @Override
    public void close() {
        watches.forEach(ConsulWatch::close);
        watches.clear();
        calls.close();
        http.close();
    }

    List<String> sessionChecks() {
        return sessionChecks;
    }

    ServiceRegistration registration() {
        return registration;
    }

    /** The agent's own affairs, which belong to no datacenter. */
    private Answer putAtAgent(String path, String body) throws DcsException {
        return calls.call("PUT " + settings.address() + path, Deadline.after(limit), () -> http.put(path, body));
    }

    boolean writeInSession(String key, String value, Expected expected, String session) throws DcsException {
        return commit(Transaction.lock(prefix + key, value, expected, session));
    }

    Answer put(String path, String body) throws DcsException {
        return put(path, body, Deadline.after(limit));
    }

    Answer put(String path, String body, Deadline deadline) throws DcsException {
        return calls.call("PUT " + settings.address() + path, deadline, () -> http.put(path + datacenter("?"), body));
    }

    private Answer get(String pathAndQuery, Deadline deadline) throws DcsException {
        return calls.call("GET " + settings.address() + pathAndQuery, deadline, () -> http.get(pathAndQuery));
    }

    /** False when the entry was not as expected, or the session has ended. */
    private boolean commit(Transaction transaction) throws DcsException {
        Deadline deadline = Deadline.after(limit);
        // The other half is for the answer to the last attempt
        Deadline patience = Deadline.after(limit.dividedBy(2));
        Duration pause = LOCK_DELAY_PAUSE;
        while (true) {
            Answer answer = put(Transaction.PATH, transaction.body(), deadline);
            switch (transaction.outcome(answer)) {
                case DONE -> {
                    return true;
                }
                case REFUSED -> {
                    return false;
                }
                case LOCK_DELAYED -> awaitLockDelay(transaction, pause, patience);
            }
            pause = pause.multipliedBy(2);
        }
    }

    /** Says once what {@code leave_on_terminate} would do; an agent that does not let itself be asked is trusted. */
    private void warnOfAgentThatLeaves(Deadline deadline) {
        try {
            Answer self = get("/v1/agent/self", deadline);
            if (AgentSelf.leavesWhenStopped(self)) {
                log.warn(
                        "Stopping the Consul agent at {} would end the sessions of this node at once and let another node"
                                + " take over while this one still writes: set leave_on_terminate = false in the agent's"
                                + " configuration",
                        settings.address());
            }
        } catch (DcsException unknown) {
            log.debug("Whether the agent leaves when it is stopped is unknown: {}", unknown.getMessage());
        }
    }

    private static void awaitLockDelay(Transaction transaction, Duration pause, Deadline patience) throws DcsException {
        if (patience.left().compareTo(pause) < 0) {
            throw new DcsException("The session that held " + transaction.key()
                    + " has ended and its lock delay keeps the key from being locked: try again later");
        }
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DcsException("Interrupted before " + transaction.key() + " was written", interrupted);
        }
    }

    private String listing() {
        return "/v1/kv/" + encodedPath(prefix) + "?recurse" + datacenter("&");
    }

    private String datacenter(String separator) {
        return settings.datacenter().map(dc -> separator + "dc=" + encoded(dc)).orElse("");
    }

    private Entries entries(Answer answer) throws DcsException {
        Map<String, Entry> byKey = new LinkedHashMap<>();
        try {
            for (GetValue found : GsonFactory.getGson().fromJson(answer.body(), GetValue[].class)) {
                String key = found.getKey().substring(prefix.length());
                // Consul's user interface creates folders, which are entries without a name
                if (!key.isEmpty()) {
                    byKey.put(key, entry(found));
                }
            }
        } catch (JsonParseException | IllegalArgumentException garbled) {
            throw new DcsException(answer.request() + ": the answer is not a list of Consul's entries", garbled);
        }
        return new Entries(byKey);
    }

    private static Entry entry(GetValue found) {
        String value = found.getValue() == null ? "" : found.getDecodedValue(StandardCharsets.UTF_8);
        return new Entry(value, found.getModifyIndex(), Optional.ofNullable(found.getSession()));
    }

    private static String encodedPath(String path) {
        return encoded(path).replace("%2F", "/");
    }

    static String encoded(String text) {
        // URLEncoder is for forms, where a blank is a plus
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
