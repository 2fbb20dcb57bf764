package dev.regent.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.spi.DcsException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The cluster-wide configuration: shown, and changed for all members. */
final class ConfigEndpoints {
    private final NodeView node;
    private final ClusterAdmin admin;
    private final ClusterEndpoints cluster;

    ConfigEndpoints(NodeView node, ClusterAdmin admin, ClusterEndpoints cluster) {
        this.node = node;
        this.admin = admin;
        this.cluster = cluster;
    }

    Response show(Request request) throws Refusal, DcsException {
        Optional<DynamicConfig> config = cluster.recentView().config();
        if (config.isEmpty()) {
            throw Refusal.page(Response.BAD_GATEWAY);
        }
        return shown(config.get());
    }

    /** Lays the body over the configuration; null removes a key. */
    Response patch(Request request) throws Refusal, DcsException {
        ObjectNode patch = JsonBody.required(request);
        if (admin.view().config().isEmpty()) {
            throw Refusal.page(Response.UNAVAILABLE);
        }
        DynamicConfig changed = change(patch).orElseThrow(() -> Refusal.page(Response.CONFLICT));
        node.wake();
        return shown(changed);
    }

    /** The body becomes the configuration, whatever it was; nothing is written when it says the same. */
    Response replace(Request request) throws Refusal, DcsException {
        ObjectNode next = JsonBody.required(request);
        try {
            admin.replaceConfig(next);
        } catch (DcsException unclear) {
            throw Refusal.page(Response.BAD_GATEWAY);
        }
        node.wake();
        return Response.json(Response.OK, next);
    }

    /** A store that fails to answer here may or may not have written: the client must look, as after a lost race. */
    private Optional<DynamicConfig> change(ObjectNode patch) {
        try {
            return admin.changeConfig(patch);
        } catch (DcsException unclear) {
            return Optional.empty();
        }
    }

    private static Response shown(DynamicConfig config) {
        return Response.json(
                Response.OK,
                JsonText.parse(config.json().getBytes(StandardCharsets.UTF_8)).orElseThrow());
    }
}
