package dev.regent.dcs.consul;

import com.ecwid.consul.json.GsonFactory;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.annotations.SerializedName;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Session;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session of Consul that deletes its entries when it ends, of half the time to live asked for. Used by one thread. */
final class ConsulSession implements Session {
    private static final Logger log = LoggerFactory.getLogger(ConsulSession.class);

    /** Patroni's: how long an entry stays locked after its session ended. The least that Consul does not take for "15 s". */
    private static final String LOCK_DELAY = "0.001s";

    private final ConsulDcs dcs;
    private final String id;
    private final Duration timeToLive;

    private ConsulSession(ConsulDcs dcs, String id, Duration timeToLive) {
        this.dcs = dcs;
        this.id = id;
        this.timeToLive = timeToLive;
    }

    static ConsulSession open(ConsulDcs dcs, String name, Duration ttl, Deadline deadline) throws DcsException {
        Duration half = ttl.dividedBy(2);
        Answer answer = create(dcs, name, half, deadline);
        if (!SessionTtlRange.isRefusal(answer)) {
            return new ConsulSession(dcs, id(answer), half);
        }
        Duration least = SessionTtlRange.least(answer);
        log.info(
                "Consul keeps sessions for {} at least, so a dead node's entries stay for twice that, not for {}",
                least,
                ttl);
        Answer second = create(dcs, name, least, deadline);
        return new ConsulSession(dcs, id(second), least.compareTo(ttl) < 0 ? least : ttl);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Duration timeToLive() {
        return timeToLive;
    }

    @Override
    public boolean renew() throws DcsException {
        Answer answer = dcs.put("/v1/session/renew/" + id, "");
        if (answer.is(Answer.NOT_FOUND)) {
            return false;
        }
        if (!answer.is(Answer.OK)) {
            throw answer.unexpected();
        }
        dcs.registration().catchUp(timeToLive);
        return true;
    }

    @Override
    public boolean write(String key, String value, Expected expected) throws DcsException {
        boolean written = dcs.writeInSession(key, value, expected, id);
        if (written) {
            dcs.registration().written(key, value, timeToLive);
        }
        return written;
    }

    @Override
    public void end() throws DcsException {
        dcs.registration().end();
        Answer answer = dcs.put("/v1/session/destroy/" + id, "");
        if (!answer.is(Answer.OK)) {
            throw answer.unexpected();
        }
    }

    /**
     * Lists of checks are there also when they are empty: without them Consul ends the session when it suspects the node. Which
     * of the two counts depends on its version.
     */
    private static Answer create(ConsulDcs dcs, String name, Duration ttl, Deadline deadline) throws DcsException {
        JsonObject session = new JsonObject();
        session.addProperty("Name", name);
        JsonArray checks = new JsonArray();
        dcs.sessionChecks().forEach(checks::add);
        session.add("Checks", checks);
        session.add("NodeChecks", checks);
        session.addProperty("LockDelay", LOCK_DELAY);
        session.addProperty("Behavior", "delete");
        session.addProperty("TTL", SessionTtlRange.text(ttl));
        return dcs.put("/v1/session/create", session.toString(), deadline);
    }

    private static String id(Answer answer) throws DcsException {
        if (!answer.is(Answer.OK)) {
            throw answer.unexpected();
        }
        try {
            Created created = GsonFactory.getGson().fromJson(answer.body(), Created.class);
            if (created != null && created.id() != null) {
                return created.id();
            }
        } catch (JsonParseException notFromConsul) {
            // As unexpected as an answer without an id
        }
        throw answer.unexpected();
    }

    private record Created(@SerializedName("ID") @Nullable String id) {}
}
