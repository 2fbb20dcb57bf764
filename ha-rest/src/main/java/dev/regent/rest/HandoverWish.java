package dev.regent.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Who shall lead instead of whom, as a request says it. Whoever names the present leader wishes a switchover, wherever the
 * request was sent to. Immutable.
 */
record HandoverWish(Optional<String> leader, Optional<String> candidate, Optional<String> schedule) {

    static HandoverWish read(ObjectNode body, boolean asFailover) throws Refusal {
        HandoverWish wish = new HandoverWish(
                JsonBody.text(body, "leader"),
                JsonBody.text(body, "candidate").or(() -> JsonBody.text(body, "member")),
                JsonBody.text(body, "scheduled_at"));
        if (asFailover && wish.candidate().isEmpty()) {
            throw Refusal.text(Response.BAD_REQUEST, "Failover could be performed only to a specific candidate");
        }
        if (!asFailover && wish.leader().isEmpty()) {
            throw Refusal.text(Response.BAD_REQUEST, "Switchover could be performed only from a specific leader");
        }
        if (asFailover && wish.schedule().isPresent()) {
            throw Refusal.text(Response.BAD_REQUEST, "Failover can't be scheduled");
        }
        return wish;
    }

    boolean isSwitchover() {
        return leader.isPresent();
    }

    String action() {
        return isSwitchover() ? "switchover" : "failover";
    }

    /** When it shall happen; absent for at once. */
    Optional<OffsetDateTime> time(boolean paused, Clock clock) throws Refusal {
        if (schedule.isEmpty()) {
            return Optional.empty();
        }
        if (paused) {
            throw Refusal.text(Response.BAD_REQUEST, "Can't schedule " + action() + " in the paused state");
        }
        OffsetDateTime time = parsed(clock)
                .orElseThrow(() -> Refusal.text(
                        Response.BAD_REQUEST, "Timezone information is mandatory for the scheduled " + action()));
        if (time.isBefore(OffsetDateTime.now(clock))) {
            throw Refusal.text(Response.UNPROCESSABLE, "Cannot schedule " + action() + " in the past");
        }
        return Optional.of(time);
    }

    private Optional<OffsetDateTime> parsed(Clock clock) throws Refusal {
        try {
            return ScheduleTime.parse(schedule.orElseThrow(), clock);
        } catch (DateTimeException notATime) {
            throw Refusal.text(
                    Response.UNPROCESSABLE,
                    "Unable to parse scheduled timestamp. It should be in an unambiguous format, e.g. ISO 8601");
        }
    }

    void checkTarget(boolean paused) throws Refusal {
        if (paused && candidate.isEmpty()) {
            throw Refusal.text(
                    Response.BAD_REQUEST, "Switchover is possible only to a specific candidate in a paused state");
        }
        if (leader.isPresent() && leader.equals(candidate)) {
            throw Refusal.text(Response.BAD_REQUEST, "Switchover target and source are the same");
        }
    }
}
