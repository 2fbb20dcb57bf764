package dev.regent.dcs.consul;

import com.ecwid.consul.json.GsonFactory;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.annotations.SerializedName;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Expected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A conditional change of one key, as a transaction of Consul. Transactions rather than plain writes, because a plain write
 * leaves an entry bound to the session that it was bound to, a lock is refused on an entry that is bound to another session,
 * and a conditional delete succeeds on what does not exist. So each change is: check, delete, write anew.
 *
 * <p>Immutable.
 */
record Transaction(Kind kind, String key, boolean isConditional, String body) {
    static final String PATH = "/v1/txn";

    /** Where the check is when there is one. */
    private static final int CHECK = 0;

    /** What changes besides the entry's value. */
    enum Kind {
        SET,
        LOCK,
        DELETE
    }

    enum Outcome {
        DONE,
        /** The entry is not what was expected, or the session has ended. */
        REFUSED,
        /** A session that held the entry ended a moment ago: ask again. */
        LOCK_DELAYED
    }

    /** Writes the entry, bound to no session. */
    static Transaction set(String key, String value, Expected expected) {
        JsonObject set = operation("set", key);
        set.addProperty("Value", encoded(value));
        return of(Kind.SET, key, expected, List.of(operation("delete", key), set));
    }

    /** Writes the entry, bound to the session. */
    static Transaction lock(String key, String value, Expected expected, String session) {
        JsonObject lock = operation("lock", key);
        lock.addProperty("Value", encoded(value));
        lock.addProperty("Session", session);
        return of(Kind.LOCK, key, expected, List.of(operation("delete", key), lock));
    }

    static Transaction delete(String key, Expected expected) {
        return of(Kind.DELETE, key, expected, List.of(operation("delete", key)));
    }

    /** What came of it, or an exception when the answer does not tell. */
    Outcome outcome(Answer answer) throws DcsException {
        if (answer.is(Answer.OK)) {
            return Outcome.DONE;
        }
        if (!answer.is(Answer.CONFLICT)) {
            throw answer.unexpected();
        }
        Failure failure = firstFailure(answer);
        String why = failure.why().toLowerCase(Locale.ROOT);
        if (why.contains("permission denied") || why.contains("acl not found")) {
            throw new DcsException("Consul does not let this token write " + key + " (" + failure.why()
                    + "): grant it key_prefix write and session_prefix write");
        }
        if (why.contains("lock delay")) {
            return Outcome.LOCK_DELAYED;
        }
        boolean isUnexpected = isConditional && failure.operation() == CHECK;
        boolean isWithoutSession = kind == Kind.LOCK && why.contains("session");
        if (isUnexpected || isWithoutSession) {
            return Outcome.REFUSED;
        }
        throw answer.unexpected();
    }

    private static Transaction of(Kind kind, String key, Expected expected, List<JsonObject> change) {
        List<JsonObject> operations = new ArrayList<>(check(key, expected));
        operations.addAll(change);
        JsonArray body = new JsonArray();
        for (JsonObject operation : operations) {
            JsonObject wrapped = new JsonObject();
            wrapped.add("KV", operation);
            body.add(wrapped);
        }
        return new Transaction(kind, key, !(expected instanceof Expected.Anything), body.toString());
    }

    private static List<JsonObject> check(String key, Expected expected) {
        if (expected instanceof Expected.At at) {
            JsonObject check = operation("check-index", key);
            check.addProperty("Index", at.revision());
            return List.of(check);
        }
        return expected instanceof Expected.Absent ? List.of(operation("check-not-exists", key)) : List.of();
    }

    private static JsonObject operation(String verb, String key) {
        JsonObject operation = new JsonObject();
        operation.addProperty("Verb", verb);
        operation.addProperty("Key", key);
        return operation;
    }

    private static String encoded(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    private static Failure firstFailure(Answer answer) throws DcsException {
        try {
            Failures failures = GsonFactory.getGson().fromJson(answer.body(), Failures.class);
            if (failures != null && failures.all() != null && !failures.all().isEmpty()) {
                return failures.all().get(0);
            }
        } catch (JsonParseException notFromConsul) {
            // As unexpected as an answer without a reason
        }
        throw answer.unexpected();
    }

    private record Failures(
            @SerializedName("Errors") @Nullable List<Failure> all) {}

    private record Failure(
            @SerializedName("OpIndex") int operation,
            @SerializedName("What") String why) {}
}
