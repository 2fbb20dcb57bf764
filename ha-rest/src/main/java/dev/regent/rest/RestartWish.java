package dev.regent.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.RestartConditions;
import dev.regent.ha.model.Role;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A restart as a request asks for it: at once, or at a time. The first key that is wrong is answered. Immutable. */
record RestartWish(Optional<OffsetDateTime> at, RestartConditions conditions) {
    private static final Pattern NUMBERS = Pattern.compile("\\d+(\\.\\d+)*");

    private static final int LONGEST_TIMEOUT = Integer.MAX_VALUE;

    static RestartWish read(ObjectNode body, boolean paused, Clock clock) throws Refusal {
        if (paused && body.has("schedule")) {
            throw Refusal.text(Response.INTERNAL_ERROR, "Can't schedule restart in the paused state");
        }
        Optional<OffsetDateTime> at = Optional.empty();
        Optional<Role> role = Optional.empty();
        Optional<String> olderThan = Optional.empty();
        Optional<Duration> timeout = Optional.empty();
        boolean ifPending = false;
        for (Map.Entry<String, JsonNode> entry : body.properties()) {
            switch (entry.getKey()) {
                case "schedule" -> at = Optional.of(time(entry.getValue(), clock));
                case "role" -> role = Optional.of(role(entry.getValue()));
                case "postgres_version" -> olderThan = Optional.of(version(entry.getValue()));
                case "timeout" -> timeout = Optional.of(timeout(entry.getValue()));
                case "restart_pending" -> ifPending = true;
                default -> throw bad("Unknown filter for the scheduled restart: " + entry.getKey());
            }
        }
        return new RestartWish(at, new RestartConditions(role, olderThan, ifPending, timeout));
    }

    private static OffsetDateTime time(JsonNode value, Clock clock) throws Refusal {
        try {
            OffsetDateTime time = ScheduleTime.parse(value.isTextual() ? value.asText() : "", clock)
                    .orElseThrow(() -> bad("Timezone information is mandatory for the scheduled restart"));
            if (time.isBefore(OffsetDateTime.now(clock))) {
                throw Refusal.text(Response.UNPROCESSABLE, "Cannot schedule restart in the past");
            }
            return time;
        } catch (DateTimeException notATime) {
            throw Refusal.text(
                    Response.UNPROCESSABLE,
                    "Unable to parse scheduled timestamp. It should be in an unambiguous format, e.g. ISO 8601");
        }
    }

    private static Role role(JsonNode value) throws Refusal {
        return switch (value.asText()) {
            case "primary" -> Role.PRIMARY;
            case "standby_leader" -> Role.STANDBY_LEADER;
            case "replica" -> Role.REPLICA;
            default -> throw bad("PostgreSQL role should be either primary, standby_leader, or replica");
        };
    }

    private static String version(JsonNode value) throws Refusal {
        String version = value.asText().trim();
        if (!value.isTextual() || !NUMBERS.matcher(version).matches()) {
            throw bad("Invalid PostgreSQL version: " + value.asText());
        }
        try {
            return new RestartConditions(Optional.empty(), Optional.of(version), false, Optional.empty())
                    .olderThan()
                    .orElseThrow();
        } catch (IllegalArgumentException otherParts) {
            throw bad("Invalid PostgreSQL version format: X.Y or X.Y.Z is accepted: " + value.asText());
        }
    }

    private static Duration timeout(JsonNode value) throws Refusal {
        return TimeSpan.seconds(value.asText())
                .filter(seconds -> seconds > 0 && seconds <= LONGEST_TIMEOUT)
                .map(Duration::ofSeconds)
                .orElseThrow(() -> bad("Timeout should be a positive number of seconds"));
    }

    private static Refusal bad(String text) {
        return Refusal.text(Response.BAD_REQUEST, text);
    }
}
