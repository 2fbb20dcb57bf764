package dev.regent.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.decision.OrderOutcome;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.spi.DcsException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A person asks one node to restart its server, or to copy its data anew. */
final class OrderEndpoints {
    /** What a stop, a standby's farewell and a busy host may take besides the start. */
    private static final Duration BESIDES_START = Duration.ofSeconds(60);

    /** A copy that has not begun by then waits for others to take over from this synchronous standby, and will begin. */
    private static final Duration UNTIL_BEGUN = Duration.ofSeconds(2);

    /** An answer is passed on at once; only that this API closes is noticed so late. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final NodeView node;
    private final ClusterAdmin admin;
    private final Clock clock;
    private final CountDownLatch closing;

    OrderEndpoints(NodeView node, ClusterAdmin admin, Clock clock, CountDownLatch closing) {
        this.node = node;
        this.admin = admin;
        this.clock = clock;
        this.closing = closing;
    }

    Response restart(Request request) throws Refusal, DcsException, InterruptedException {
        HaConfig config = HaConfig.from(admin.view().config().orElse(DynamicConfig.EMPTY));
        RestartWish wish = RestartWish.read(JsonBody.optional(request), config.paused(), clock);
        if (wish.at().isPresent()) {
            return node.scheduleRestart(wish.at().get(), wish.conditions())
                    ? Response.text(Response.ACCEPTED, "Restart scheduled")
                    : Response.text(Response.CONFLICT, "Another restart is already scheduled");
        }
        Duration limit = wish.conditions().timeout().orElse(config.primaryStartTimeout());
        return outcome(node.restart(wish.conditions()), limit.plus(BESIDES_START))
                .map(OrderEndpoints::ofRestart)
                .orElseGet(this::ofOpenRestart);
    }

    private Response ofOpenRestart() {
        return Response.text(
                Response.UNAVAILABLE,
                closing.getCount() > 0
                        ? "postgres is still starting"
                        : "restart status unknown; operation may still be in progress");
    }

    private static Response ofRestart(OrderOutcome outcome) {
        return switch (outcome.kind()) {
            case DONE, STARTED -> Response.text(Response.OK, "restarted successfully");
            case CONDITIONS_NOT_MET -> Response.text(Response.UNAVAILABLE, "restart conditions are not satisfied");
            case BUSY -> busy(outcome);
            case STILL_STARTING -> Response.text(Response.UNAVAILABLE, "postgres is still starting");
            case NO_LEADER, I_LEAD, FAILED -> Response.text(Response.UNAVAILABLE, "restart failed");
        };
    }

    /** Takes a scheduled restart back. */
    Response cancel(Request request) {
        return node.cancelScheduledRestart()
                ? Response.text(Response.OK, "scheduled restart deleted")
                : Response.text(Response.NOT_FOUND, "no restarts are scheduled");
    }

    Response reinitialize(Request request) throws Refusal, DcsException, InterruptedException {
        ObjectNode body = JsonBody.optional(request);
        ClusterView view = admin.view();
        if (view.isVacant()) {
            return ofCopy(OrderOutcome.of(OrderOutcome.Kind.NO_LEADER));
        }
        if (view.isLedBy(node.settings().name())) {
            return ofCopy(OrderOutcome.of(OrderOutcome.Kind.I_LEAD));
        }
        boolean fromLeader = isOn(body, "from_leader") || isOn(body, "from-leader");
        return ofCopy(outcome(node.reinitialize(isOn(body, "force"), fromLeader), UNTIL_BEGUN)
                .orElse(OrderOutcome.of(OrderOutcome.Kind.STARTED)));
    }

    private static Response ofCopy(OrderOutcome outcome) {
        return switch (outcome.kind()) {
            case DONE, STARTED -> Response.text(Response.OK, "reinitialize started");
            case NO_LEADER -> Response.text(Response.UNAVAILABLE, "Cluster has no leader, can not reinitialize");
            case I_LEAD -> Response.text(Response.UNAVAILABLE, "I am the leader, can not reinitialize");
            case BUSY -> busy(outcome);
            case CONDITIONS_NOT_MET, STILL_STARTING, FAILED ->
                Response.text(Response.UNAVAILABLE, "reinitialize failed: " + outcome.detail());
        };
    }

    private static Response busy(OrderOutcome outcome) {
        return Response.text(Response.UNAVAILABLE, outcome.detail() + " already in progress");
    }

    private static boolean isOn(ObjectNode body, String key) {
        @Nullable JsonNode value = body.get(key);
        return value != null
                && switch (value.asText().toLowerCase(Locale.ROOT)) {
                    case "on", "true", "yes", "1" -> true;
                    default -> false;
                };
    }

    /** Absent when it is still open after that time, or when this API closes. */
    private Optional<OrderOutcome> outcome(CompletableFuture<OrderOutcome> answer, Duration patience)
            throws InterruptedException {
        long looks = Math.max(1, patience.dividedBy(BETWEEN_LOOKS));
        Optional<OrderOutcome> outcome = Optional.empty();
        for (long look = 0; outcome.isEmpty() && look < looks && closing.getCount() > 0; look++) {
            outcome = soon(answer);
        }
        return outcome;
    }

    private static Optional<OrderOutcome> soon(CompletableFuture<OrderOutcome> answer) throws InterruptedException {
        try {
            return Optional.of(answer.get(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException stillOpen) {
            return Optional.empty();
        } catch (ExecutionException bug) {
            throw new IllegalStateException("an order is answered, it does not fail", bug);
        }
    }
}
