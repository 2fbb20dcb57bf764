package dev.regent.ha.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.model.Role;
import dev.regent.ha.model.ScheduledRestart;
import java.time.Duration;
import java.util.Optional;

/** A scheduled restart as text, as it stands in a member's entry and is told over HTTP. */
public final class RestartCodec {
    private static final String STARTED = "postmaster_start_time";

    private RestartCodec() {}

    /** As it stands in a member's entry. */
    public static ObjectNode encode(ScheduledRestart restart) {
        ObjectNode json = Json.object().put("schedule", Json.time(restart.at()));
        putConditions(json, restart.conditions());
        restart.serverStartedAt().ifPresent(time -> json.put(STARTED, time));
        return json;
    }

    /** Without what only members need to know. */
    public static ObjectNode encodeForPeople(ScheduledRestart restart) {
        ObjectNode json = encode(restart);
        json.remove(STARTED);
        return json;
    }

    private static void putConditions(ObjectNode json, RestartConditions conditions) {
        conditions.role().ifPresent(role -> json.put("role", role.label()));
        conditions.olderThan().ifPresent(version -> json.put("postgres_version", version));
        if (conditions.ifPending()) {
            json.put("restart_pending", true);
        }
        conditions.timeout().ifPresent(limit -> json.put("timeout", limit.toSeconds()));
    }

    /** Absent when there is none, or it cannot be read. */
    static Optional<ScheduledRestart> decode(JsonNode json) {
        try {
            return Json.text(json, "schedule")
                    .flatMap(Json::time)
                    .map(at -> new ScheduledRestart(at, conditions(json), Json.text(json, STARTED)));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static RestartConditions conditions(JsonNode json) {
        return new RestartConditions(
                Json.text(json, "role").map(Role::fromLabel),
                Json.text(json, "postgres_version"),
                json.has("restart_pending"),
                Json.number(json, "timeout").map(Duration::ofSeconds));
    }
}
