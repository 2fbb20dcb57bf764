package dev.regent.rest;

import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.engine.Ticker;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Peers;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A person asks for another leader: the request is checked, written to the store, and its outcome waited for. */
final class HandoverEndpoints {
    /** A handover takes a fraction of a second: who waits for it wants to know then. One read of the store each time. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private static final Duration SHORTEST_LOOP_WAIT_TO_WAIT_FOR = Duration.ofSeconds(10);
    private static final int LOOP_WAITS_TO_WAIT = 2;

    /** Where such a request comes from, goes to, and is heard of. */
    record Surroundings(NodeView node, ClusterAdmin admin, Peers peers, Ticker ticker, Clock clock) {}

    private final Surroundings around;
    private final CountDownLatch closing;

    HandoverEndpoints(Surroundings around, CountDownLatch closing) {
        this.around = around;
        this.closing = closing;
    }

    Response switchover(Request request) throws Refusal, DcsException, InterruptedException {
        return handOver(HandoverWish.read(JsonBody.required(request), false));
    }

    Response failover(Request request) throws Refusal, DcsException, InterruptedException {
        return handOver(HandoverWish.read(JsonBody.required(request), true));
    }

    private Response handOver(HandoverWish wish) throws Refusal, DcsException, InterruptedException {
        ClusterView view = around.admin().view();
        HaConfig config = HaConfig.from(view.config().orElse(DynamicConfig.EMPTY));
        Optional<OffsetDateTime> time = wish.time(config.paused(), around.clock());
        wish.checkTarget(config.paused());
        if (time.isEmpty()) {
            new Feasibility(wish, view, config.synchronousMode()).check(around.peers());
        }
        write(wish, time);
        around.node().wake();
        return time.isPresent()
                ? Response.text(Response.ACCEPTED, "Switchover scheduled")
                : outcome(wish, view, patience(config));
    }

    private void write(HandoverWish wish, Optional<OffsetDateTime> time) throws Refusal {
        try {
            Optional<NodeName> candidate = wish.candidate().map(NodeName::of);
            if (wish.leader().isPresent()) {
                around.admin().requestSwitchover(NodeName.of(wish.leader().get()), candidate, time);
            } else {
                around.admin().requestFailover(candidate.orElseThrow());
            }
        } catch (DcsException unclear) {
            throw Refusal.text(Response.UNAVAILABLE, "failed to write failover key into DCS");
        } catch (IllegalArgumentException notAName) {
            throw Refusal.text(Response.BAD_REQUEST, String.valueOf(notAName.getMessage()));
        }
    }

    private static Duration patience(HaConfig config) {
        Duration loopWait = config.loopWait();
        Duration counted =
                loopWait.compareTo(SHORTEST_LOOP_WAIT_TO_WAIT_FOR) > 0 ? loopWait : SHORTEST_LOOP_WAIT_TO_WAIT_FOR;
        return counted.multipliedBy(LOOP_WAITS_TO_WAIT);
    }

    private Response outcome(HandoverWish wish, ClusterView before, Duration patience) throws InterruptedException {
        Duration end = around.ticker().read().plus(patience);
        while (around.ticker().read().compareTo(end) < 0) {
            Optional<Response> outcome = look(wish, before);
            if (outcome.isPresent()) {
                return outcome.get();
            }
            if (closing.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        return Response.text(
                Response.UNAVAILABLE,
                capitalized(wish.action()) + " status unknown after " + patience.toSeconds()
                        + " seconds; operation may still be in progress");
    }

    /** What has become of it; absent as long as that is open, or the store does not answer. */
    private Optional<Response> look(HandoverWish wish, ClusterView before) {
        try {
            ClusterView now = around.admin().view();
            Optional<String> leader = leader(now);
            if (leader.isPresent() && !leader.equals(leader(before))) {
                return Optional.of(Response.text(Response.OK, success(wish, leader.get())));
            }
            return now.failoverRequest().isPresent()
                    ? Optional.empty()
                    : Optional.of(Response.text(Response.UNAVAILABLE, capitalized(wish.action()) + " failed"));
        } catch (DcsException tryAgain) {
            return Optional.empty();
        }
    }

    private static Optional<String> leader(ClusterView view) {
        return view.leader().map(entry -> entry.name().value());
    }

    private static String success(HandoverWish wish, String leader) {
        String done = (wish.isSwitchover() ? "switched" : "failed") + " over to \"" + leader + "\"";
        return wish.candidate()
                .filter(candidate -> !candidate.equals(leader))
                .map(candidate -> capitalized(done) + " instead of \"" + candidate + "\"")
                .orElse("Successfully " + done);
    }

    private static String capitalized(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    /** Takes a scheduled switchover back. */
    Response cancel(Request request) throws Refusal, DcsException {
        FailoverRequest scheduled = around.admin()
                .view()
                .failoverRequest()
                .filter(pending -> pending.scheduledAt().isPresent())
                .orElseThrow(() -> Refusal.text(Response.NOT_FOUND, "no switchover is scheduled"));
        if (!cancelled(scheduled)) {
            throw Refusal.page(Response.CONFLICT);
        }
        return Response.text(Response.OK, "scheduled switchover deleted");
    }

    private boolean cancelled(FailoverRequest scheduled) {
        try {
            return around.admin().cancel(scheduled);
        } catch (DcsException unclear) {
            return false;
        }
    }
}
