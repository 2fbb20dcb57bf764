package dev.regent.rest;

import dev.regent.ha.ClusterAdmin;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.spi.DcsException;
import java.util.Optional;

/** The cluster as it stands in the store, and how it came about. */
final class ClusterEndpoints {
    private final NodeView node;
    private final ClusterAdmin admin;

    ClusterEndpoints(NodeView node, ClusterAdmin admin) {
        this.node = node;
        this.admin = admin;
    }

    /** Always read anew. */
    Response cluster(Request request) throws DcsException {
        return Response.json(
                Response.OK, ClusterDocument.of(admin.view(), node.settings().scope()));
    }

    Response history(Request request) throws DcsException {
        return Response.json(Response.OK, ClusterDocument.history(recentView().history()));
    }

    /** What the node has seen in its last look, else what the store says now. */
    ClusterView recentView() throws DcsException {
        Optional<ClusterView> seen = NodeFacts.believableView(node);
        return seen.isPresent() ? seen.get() : admin.view();
    }
}
