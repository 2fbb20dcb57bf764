package dev.regent.rest;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a node says of itself. Answers at once, whatever the store does. */
final class NodeEndpoints {
    private final NodeView node;
    private final LiveDatabase database;
    private final Supplier<LogBacklog> backlog;
    private volatile @Nullable Account last;

    private record Account(NodeFacts facts, Response good, Response bad) {}

    NodeEndpoints(NodeView node, LiveDatabase database, Supplier<LogBacklog> backlog) {
        this.node = node;
        this.database = database;
        this.backlog = backlog;
    }

    /** The node's account of itself as of now: what peers ask for in elections. */
    Response status(Request request) {
        return Response.json(Response.OK, NodeDocument.of(NodeFacts.of(node, database.now()), backlog.get()));
    }

    /** A health check with the node's account of itself. */
    Response health(Request request) {
        NodeFacts facts = recentFacts();
        Account account = account(facts);
        return HealthChecks.isGood(request.path(), request.query(), facts) ? account.good() : account.bad();
    }

    /** Written anew only when there is something new to say, because load balancers ask thousands of times between two looks. */
    private Account account(NodeFacts facts) {
        Account written = last;
        if (written != null && written.facts().isSameLook(facts)) {
            return written;
        }
        Response good = Response.json(Response.OK, NodeDocument.of(facts, backlog.get()));
        Account account = new Account(facts, good, good.withStatus(Response.UNAVAILABLE));
        last = account;
        return account;
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
