package dev.regent.rest;

import java.util.HashMap;
import java.util.Map;

/** Which endpoint answers which request. Immutable. */
final class Routes {
    /**
     * An endpoint and how to call it.
     *
     * @param unsafe it changes something: only for who may
     * @param slow it asks the store or others, or waits for something, so that it must not occupy a thread that health
     *     checks need
     */
    record Route(Endpoint endpoint, boolean unsafe, boolean slow) {}

    private final Map<String, Route> byMethodAndName = new HashMap<>();
    private final Route health;
    private final Route bareHealth;

    Routes(NodeEndpoints node, ClusterEndpoints cluster, ConfigEndpoints config, HandoverEndpoints handover) {
        health = instant(node::health);
        bareHealth = instant(node::bareHealth);

        add("GET patroni", instant(node::status));
        add("GET explain", instant(node::explain));
        add("GET liveness", instant(node::liveness));
        add("GET readiness", instant(node::readiness));

        add("GET cluster", slow(cluster::cluster));
        add("GET history", slow(cluster::history));
        add("GET config", slow(config::show));

        add("PATCH config", unsafe(config::patch));
        add("POST switchover", unsafe(handover::switchover));
        add("DELETE switchover", unsafe(handover::cancel));
        add("POST failover", unsafe(handover::failover));
    }

    /** Whatever else is asked for with a safe method is a health check, even of something that nobody has heard of. */
    Route find(String method, String path) {
        Route named = byMethodAndName.get(method + " " + Request.firstSegment(path));
        if (named != null) {
            return named;
        }
        return switch (method) {
            case "GET" -> health;
            case "HEAD", "OPTIONS" -> bareHealth;
            default -> instant(request -> ErrorPage.unsupported(method));
        };
    }

    private void add(String methodAndName, Route route) {
        byMethodAndName.put(methodAndName, route);
    }

    private static Route instant(Endpoint endpoint) {
        return new Route(endpoint, false, false);
    }

    private static Route slow(Endpoint endpoint) {
        return new Route(endpoint, false, true);
    }

    private static Route unsafe(Endpoint endpoint) {
        return new Route(endpoint, true, true);
    }
}
