package dev.regent.rest;

/** What a node says of itself. Answers at once, whatever the store does. */
final class NodeEndpoints {
    private final NodeView node;
    private final LiveDatabase database;

    NodeEndpoints(NodeView node, LiveDatabase database) {
        this.node = node;
        this.database = database;
    }

    /** The node's account of itself as of now: what peers ask for in elections. */
    Response status(Request request) {
        return Response.json(Response.OK, NodeDocument.of(NodeFacts.of(node, database.now())));
    }

    /** A health check with the node's account of itself. */
    Response health(Request request) {
        NodeFacts facts = recentFacts();
        boolean good = HealthChecks.isGood(request.path(), request.query(), facts);
        return Response.json(good ? Response.OK : Response.UNAVAILABLE, NodeDocument.of(facts));
    }

    /** A health check for who reads nothing but the status line. */
    Response bareHealth(Request request) {
        return Response.statusOnly(HealthChecks.isGood(request.path(), request.query(), recentFacts()));
    }

    /** What the node does next, why it does not lead, and what would unblock it. */
    Response explain(Request request) {
        return ExplanationDocument.of(node);
    }

    Response liveness(Request request) {
        return Response.statusOnly(Probes.isAlive(node));
    }

    Response readiness(Request request) {
        return Response.statusOnly(Probes.isReady(request.query(), recentFacts()));
    }

    private NodeFacts recentFacts() {
        return NodeFacts.of(node, database.recent());
    }
}
