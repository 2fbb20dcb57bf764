package dev.regent.rest;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.Role;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Answers for who starts and replaces containers: does the node still turn, is its server ready to be used. */
final class Probes {
    private Probes() {}

    /** Whether the node looks at its cluster often enough. Asks neither server nor store. */
    static boolean isAlive(NodeView node) {
        HaConfig config = node.status().map(seen -> seen.snapshot().config()).orElse(HaConfig.DEFAULT);
        Optional<Duration> age = node.sinceLastLook();
        // Before the first look there is no saying how long it may take: the store may not be there yet.
        return config.paused()
                || age.isEmpty()
                || age.get().compareTo(config.loopWait().plus(patience(node, config))) < 0;
    }

    /** A primary's node that hangs is replaced sooner: it has lost its session by then. */
    private static Duration patience(NodeView node, HaConfig config) {
        Optional<DatabaseStatus> database = node.status().map(seen -> seen.database());
        boolean primary = database.filter(DatabaseStatus::mayAcceptWrites).isPresent();
        return primary ? config.ttl() : config.ttl().multipliedBy(2);
    }

    /** Whether the server can be used: it leads, or streams and is not too far behind. */
    static boolean isReady(Map<String, String> query, NodeFacts facts) {
        if (facts.leads()) {
            return true;
        }
        boolean streams = facts.isRunning()
                && facts.role() != Role.PRIMARY
                && facts.replicationState().filter("streaming"::equals).isPresent();
        if (!streams) {
            return false;
        }
        if (!facts.knowsLeaderPosition()) {
            return facts.failsafeActive();
        }
        long limit = HealthChecks.lagLimit(query).orElse(facts.config().maximumLagOnFailover());
        long lag = "write".equals(query.get("mode")) ? facts.receiveLag() : facts.replayLag();
        return lag <= limit;
    }
}
