package dev.regent.rest;

import java.util.HashMap;
import java.util.Map;

/** Which endpoint answers which request. Immutable. */
final class Routes {
    /** How long an endpoint may take, and so whose threads it runs on. */
    enum Pace {
        /** Microseconds: on the threads that health checks need. */
        INSTANT,
        /** Asks the server, which takes a millisecond, or a second when it hangs. */
        ASKING,
        /** Asks the store or others, or waits for something. */
        SLOW
    }

    /** Who may call an endpoint. */
    enum Access {
        EVERYBODY,
        /** It changes something: only for who may. */
        ALLOWED,
        /** The same, and being a member of the cluster does not count. */
        ALLOWED_BY_NAME
    }

    /** An endpoint and how to call it. */
    record Route(Endpoint endpoint, Access access, Pace pace) {
        boolean isOpen() {
            return access == Access.EVERYBODY;
        }
    }

    /** What there is to ask. Immutable. */
    record Endpoints(
            NodeEndpoints node,
            ClusterEndpoints cluster,
            ConfigEndpoints config,
            HandoverEndpoints handover,
            OrderEndpoints orders,
            FailsafeEndpoints failsafe,
            DaemonEndpoints daemon,
            MetricsEndpoint metrics,
            PageEndpoints page) {}

    private final Map<String, Route> byMethodAndName = new HashMap<>();
    private final Route health;
    private final Route bareHealth;

    Routes(Endpoints all) {
        NodeEndpoints node = all.node();
        health = open(node::health, Pace.INSTANT);
        bareHealth = open(node::bareHealth, Pace.INSTANT);

        add("GET patroni", open(node::status, Pace.ASKING));
        add("GET metrics", open(all.metrics()::metrics, Pace.ASKING));
        add("GET readiness", open(node::readiness, Pace.ASKING));
        add("GET explain", open(node::explain, Pace.ASKING));
        add("GET liveness", open(node::liveness, Pace.INSTANT));

        add("GET cluster", open(all.cluster()::cluster, Pace.SLOW));
        add("GET history", open(all.cluster()::history, Pace.SLOW));
        add("GET config", open(all.config()::show, Pace.SLOW));

        add("GET ui", open(all.page()::page, Pace.ASKING));
        add("GET decisions", open(all.page()::decisions, Pace.ASKING));

        add("GET failsafe", open(all.failsafe()::members, Pace.INSTANT));
        add("POST failsafe", new Route(all.failsafe()::answer, Access.ALLOWED_BY_NAME, Pace.INSTANT));

        add("PATCH config", unsafe(all.config()::patch));
        add("PUT config", unsafe(all.config()::replace));
        add("POST switchover", unsafe(all.handover()::switchover));
        add("DELETE switchover", unsafe(all.handover()::cancel));
        add("POST failover", unsafe(all.handover()::failover));
        add("POST restart", unsafe(all.orders()::restart));
        add("DELETE restart", unsafe(all.orders()::cancel));
        add("POST reinitialize", unsafe(all.orders()::reinitialize));
        add("POST reload", unsafe(all.daemon()::reload));
        add("POST sigterm", unsafe(all.daemon()::sigterm));
        add("POST mpp", unsafe(all.daemon()::mpp));
        add("POST citus", unsafe(all.daemon()::mpp));
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
            default -> open(request -> ErrorPage.unsupported(method), Pace.INSTANT);
        };
    }

    private void add(String methodAndName, Route route) {
        byMethodAndName.put(methodAndName, route);
    }

    private static Route open(Endpoint endpoint, Pace pace) {
        return new Route(endpoint, Access.EVERYBODY, pace);
    }

    private static Route unsafe(Endpoint endpoint) {
        return new Route(endpoint, Access.ALLOWED, Pace.SLOW);
    }
}
