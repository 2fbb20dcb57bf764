package dev.regent.rest;

import dev.regent.ha.model.Role;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether a node is what a load balancer looks for: its path says what that is, the query how exactly. Paths are matched as
 * loosely as they always were, because proxies all over the world are configured with one or the other spelling.
 */
final class HealthChecks {
    private static final String TAG = "tag_";

    /** The answers that depend on who leads. */
    private record Verdicts(boolean leader, boolean primary, boolean standbyLeader, boolean replica) {
        boolean leads() {
            return primary || standbyLeader;
        }
    }

    private HealthChecks() {}

    static boolean isGood(String path, Map<String, String> query, NodeFacts facts) {
        Verdicts verdicts = verdicts(query, facts);
        if (path.contains("standby_leader") || path.contains("standby-leader")) {
            return verdicts.standbyLeader();
        }
        if (path.contains("leader")) {
            return verdicts.leader();
        }
        if (path.equals("/") || path.contains("master") || path.contains("primary") || path.contains("read-write")) {
            return verdicts.primary();
        }
        return tagsMatch(query, facts) && isGoodAnywhere(path, verdicts, facts);
    }

    private static boolean isGoodAnywhere(String path, Verdicts verdicts, NodeFacts facts) {
        if (path.contains("replica")) {
            return verdicts.replica();
        }
        if (path.contains("read-only") && !path.contains("sync") && !path.contains("quorum")) {
            return verdicts.leads() || verdicts.replica();
        }
        if (path.contains("health")) {
            return facts.isRunning();
        }
        return facts.view().isPresent() && isGoodInSynchronousMode(path, verdicts, facts);
    }

    private static boolean isGoodInSynchronousMode(String path, Verdicts verdicts, NodeFacts facts) {
        boolean sync = facts.isSyncStandby();
        boolean quorum = facts.isQuorumStandby();
        return switch (path) {
            case "/sync", "/synchronous" -> sync && verdicts.replica();
            case "/quorum" -> quorum && verdicts.replica();
            case "/async", "/asynchronous" -> !sync && !quorum && verdicts.replica();
            case "/read-only-quorum" -> verdicts.leads() || (quorum && verdicts.replica());
            case "/read-only-sync", "/read-only-synchronous" -> verdicts.leads() || (sync && verdicts.replica());
            default -> false;
        };
    }

    private static Verdicts verdicts(Map<String, String> query, NodeFacts facts) {
        boolean replica = isGoodReplica(query, facts);
        boolean isPrimary = facts.role() == Role.PRIMARY;
        boolean isStandbyLeader = facts.role() == Role.STANDBY_LEADER;
        if (facts.database().closed()) {
            // Clients would come in vain: it lets them in when commits that they find are safe
            return new Verdicts(false, false, false, false);
        }
        if (facts.view().isEmpty() && facts.config().paused()) {
            return new Verdicts(isPrimary || isStandbyLeader, isPrimary, isStandbyLeader, replica);
        }
        if (!facts.leads()) {
            return new Verdicts(false, false, false, replica);
        }
        return facts.standbyCluster()
                ? new Verdicts(true, false, isStandbyLeader || facts.role() == Role.REPLICA, false)
                : new Verdicts(true, true, false, replica);
    }

    private static boolean isGoodReplica(Map<String, String> query, NodeFacts facts) {
        Optional<String> expected = Optional.ofNullable(query.get("replication_state"));
        return facts.role() == Role.REPLICA
                && facts.isRunning()
                && !facts.node().tags().noloadbalance()
                && !isLagging(query, facts)
                && (expected.isEmpty() || expected.equals(facts.replicationState()));
    }

    private static boolean isLagging(Map<String, String> query, NodeFacts facts) {
        OptionalLong limit = lagLimit(query);
        return limit.isPresent() && facts.leaderPosition() != 0 && facts.replayLag() > limit.getAsLong();
    }

    /** No limit when it cannot be read. */
    static OptionalLong lagLimit(Map<String, String> query) {
        return Optional.ofNullable(query.get("lag")).map(ByteSize::parse).orElse(OptionalLong.empty());
    }

    private static boolean tagsMatch(Map<String, String> query, NodeFacts facts) {
        Map<String, Object> tags = facts.tags().published().values();
        return query.entrySet().stream()
                .filter(parameter -> parameter.getKey().startsWith(TAG))
                .allMatch(parameter -> {
                    Object value = tags.get(parameter.getKey().substring(TAG.length()));
                    return value != null && parameter.getValue().equals(text(value));
                });
    }

    private static String text(Object tag) {
        return tag instanceof String text ? text : String.valueOf(tag).toLowerCase(java.util.Locale.ROOT);
    }
}
