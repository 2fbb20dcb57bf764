package dev.regent.rest;

import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.ServerHealth;
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
        writeHealth(out, facts.database().health());
        SlotMetrics.write(out, facts.database().slots());
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

    private static void writeHealth(MetricsText out, ServerHealth health) {
        out.metric(
                "regent_server_trouble", "gauge", "Value is 1 for what is wrong with server or storage, 0 otherwise.");
        for (ServerHealth.Finding finding : ServerHealth.Finding.values()) {
            if (finding != ServerHealth.Finding.WELL) {
                String label = MetricsText.label("finding", finding.name());
                out.sample("", label, finding == health.finding() ? "1" : "0");
            }
        }
        out.metric("regent_server_trouble_seconds", "gauge", "For how long it has been so, 0 when all is well.")
                .seconds(seconds(health.lasting()));
        out.metric(
                "regent_storage_write_seconds",
                "gauge",
                "How long it took when a file was last written to the storage, as far as that was tried.");
        health.lastWrite().ifPresent(took -> out.seconds(seconds(took)));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / MILLIS;
    }
}
