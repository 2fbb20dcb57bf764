package dev.regent.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.engine.FactsCodec;
import dev.regent.ha.engine.RestartCodec;
import dev.regent.ha.engine.SelfDescription;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.Replica;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.ServerHealth;
import dev.regent.ha.model.WalPosition;
import java.util.Map;

/** A node's account of itself, the body of health checks and what peers read in elections. The order of keys is fixed. */
final class NodeDocument {
    private NodeDocument() {}

    static ObjectNode of(NodeFacts facts, LogBacklog backlog) {
        ObjectNode json = JsonText.object().put("state", facts.state().label());
        if (facts.isLive()) {
            facts.database().facts().postmasterStartTime().ifPresent(time -> json.put("postmaster_start_time", time));
        }
        json.put("role", facts.role().label());
        if (facts.isLive()) {
            putServer(json, facts);
        }
        putCluster(json, facts);
        putNode(json, facts);
        put(json, backlog);
        FactsCodec.put(json, facts.database().facts().progress());
        putHealth(json, facts.database().health());
        return json;
    }

    private static void putServer(ObjectNode json, NodeFacts facts) {
        DatabaseStatus database = facts.database();
        json.put("server_version", database.facts().serverVersion());
        putWal(json.putObject("xlog"), facts);
        putIf(json, "sync_standby", facts.isSyncStandby());
        putIf(json, "quorum_standby", facts.isQuorumStandby());
        int timeline = database.wal().timeline();
        json.put("timeline", timeline == 0 ? null : Integer.valueOf(timeline));
        facts.replicationState().ifPresent(state -> json.put("replication_state", state));
        if (!database.replicas().isEmpty()) {
            ArrayNode replication = json.putArray("replication");
            database.replicas().forEach(replica -> putReplica(replication.addObject(), replica));
        }
    }

    private static void putWal(ObjectNode json, NodeFacts facts) {
        WalPosition wal = facts.database().wal();
        if (facts.database().is(ServerState.PRIMARY)) {
            json.put("location", wal.position().value());
            return;
        }
        json.put("received_location", facts.received());
        json.put("replayed_location", wal.replayed().orElse(Lsn.ZERO).value());
        json.put(
                "replayed_timestamp",
                facts.database().facts().replayedTimestamp().orElse(null));
        json.put("paused", facts.database().facts().replayPaused());
    }

    private static void putReplica(ObjectNode json, Replica replica) {
        json.put("usename", replica.user());
        json.put("application_name", replica.applicationName());
        json.put("client_addr", replica.clientAddress().orElse(null));
        json.put("state", replica.state());
        json.put("sync_state", replica.syncState());
        json.put("sync_priority", replica.syncPriority());
    }

    private static void putCluster(ObjectNode json, NodeFacts facts) {
        putIf(json, "pause", facts.config().paused());
        putIf(json, "cluster_unlocked", facts.isUnlocked());
        putIf(json, "failsafe_mode_is_active", facts.failsafeActive());
        json.put(
                "dcs_last_seen",
                facts.storeSeenAt().map(seen -> seen.toEpochSecond()).orElse(0L));
    }

    private static void putNode(ObjectNode json, NodeFacts facts) {
        Map<String, Object> tags = facts.tags().published().values();
        if (!tags.isEmpty()) {
            json.set("tags", JsonText.tree(tags));
        }
        facts.database().systemId().ifPresent(id -> json.put("database_system_identifier", id));
        FactsCodec.put(json, facts.database().facts().pendingRestart());
        json.putObject("patroni")
                .put("version", SelfDescription.PROTOCOL_VERSION)
                .put("scope", facts.node().scope())
                .put("name", facts.node().name().value());
        facts.scheduledRestart()
                .ifPresent(restart -> json.set("scheduled_restart", RestartCodec.encodeForPeople(restart)));
        putIf(json, "watchdog_failed", facts.watchdogFailed());
    }

    private static void put(ObjectNode json, LogBacklog backlog) {
        if (backlog.isWorthTelling()) {
            json.put("logger_queue_size", backlog.queued());
            if (backlog.lost() > 0) {
                json.put("logger_records_lost", backlog.lost());
            }
        }
    }

    /** Nothing when all is well. */
    private static void putHealth(ObjectNode json, ServerHealth health) {
        health.trouble()
                .ifPresent(trouble -> FactsCodec.put(json, trouble)
                        .put("seconds", health.lasting().toSeconds()));
    }

    /** Flags are true or not there. */
    private static void putIf(ObjectNode json, String key, boolean flag) {
        if (flag) {
            json.put(key, true);
        }
    }
}
