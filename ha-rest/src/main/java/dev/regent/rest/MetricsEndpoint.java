package dev.regent.rest;

import dev.regent.ha.model.HaConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** What monitoring reads. */
final class MetricsEndpoint {
    private static final double MILLIS = 1000.0;

    private final NodeView node;
    private final LiveDatabase database;
    private final Optional<Chronicle> chronicle;

    MetricsEndpoint(NodeView node, LiveDatabase database, Optional<Chronicle> chronicle) {
        this.node = node;
        this.database = database;
        this.chronicle = chronicle;
    }

    Response metrics(Request request) {
        NodeFacts facts = NodeFacts.of(node, database.now());
        MetricsText out =
                new MetricsText(facts.node().scope(), facts.node().name().value());
        NodeMetrics.write(out, facts);
        writeLoop(out, facts.config());
        chronicle.ifPresent(known -> known.write(out));
        return Response.of(Response.OK, "text/plain", out.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void writeLoop(MetricsText out, HaConfig config) {
        out.metric("regent_ttl_seconds", "gauge", "Time to live of sessions in the store.")
                .seconds(seconds(config.ttl()));
        out.metric("regent_loop_wait_seconds", "gauge", "The longest time between two looks.")
                .seconds(seconds(config.loopWait()));
        node.sinceLastLook()
                .ifPresent(age -> out.metric("regent_last_look_age_seconds", "gauge", "Time since the last look began.")
                        .seconds(seconds(age)));
        out.metric("regent_leadership_left_seconds", "gauge", "How long this node is sure to lead, 0 if it does not.")
                .seconds(seconds(node.leadershipLeft()));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / MILLIS;
    }
}
