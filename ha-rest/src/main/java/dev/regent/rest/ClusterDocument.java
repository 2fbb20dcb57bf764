package dev.regent.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.engine.FactsCodec;
import dev.regent.ha.engine.RestartCodec;
import dev.regent.ha.model.Address;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.HaConfig.SynchronousMode;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.StandbyCluster;
import dev.regent.ha.model.TimelineSwitch;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster as tools show it: its members with role and lag, and what is planned. The order of keys is fixed. */
final class ClusterDocument {
    private static final String UNKNOWN = "unknown";

    private final ClusterView view;
    private final HaConfig config;
    private final boolean standbyCluster;

    private ClusterDocument(ClusterView view) {
        DynamicConfig dynamic = view.config().orElse(DynamicConfig.EMPTY);
        this.view = view;
        this.config = HaConfig.from(dynamic);
        this.standbyCluster = StandbyCluster.in(dynamic).isPresent();
    }

    static ObjectNode of(ClusterView view, String scope) {
        return new ClusterDocument(view).json(scope);
    }

    private ObjectNode json(String scope) {
        ObjectNode json = JsonText.object();
        ArrayNode members = json.putArray("members");
        view.members().values().forEach(member -> put(members.addObject(), member));
        if (config.paused()) {
            json.put("pause", true);
        }
        view.failoverRequest()
                .filter(request -> request.scheduledAt().isPresent())
                .ifPresent(request -> put(json.putObject("scheduled_switchover"), request));
        return json.put("scope", scope);
    }

    private static void put(ObjectNode json, FailoverRequest request) {
        Optional<OffsetDateTime> at = request.scheduledAt();
        at.ifPresent(time -> json.put("at", JsonText.time(time)));
        request.leader().ifPresent(leader -> json.put("from", leader.value()));
        request.candidate().ifPresent(candidate -> json.put("to", candidate.value()));
    }

    private void put(ObjectNode json, Member member) {
        boolean leads = view.isLedBy(member.name());
        String role = role(member, leads);
        Optional<String> replication = role.equals("leader") ? Optional.empty() : member.replicationState();
        json.put("name", member.name().value());
        json.put("role", role);
        json.put("state", replication.orElseGet(() -> member.state().label()));
        json.put("api_url", member.apiUrl().orElse(null));
        address(member).ifPresent(address -> json.put("host", address.host()).put("port", address.port()));
        if (member.wal().timeline() != 0) {
            json.put("timeline", member.wal().timeline());
        }
        FactsCodec.put(json, member.facts().pendingRestart());
        member.facts()
                .scheduledRestart()
                .ifPresent(restart -> json.set("scheduled_restart", RestartCodec.encode(restart)));
        Map<String, Object> tags = member.tags().values();
        if (!tags.isEmpty()) {
            json.set("tags", JsonText.tree(tags));
        }
        if (!leads) {
            putPosition(json, "receive_", member.wal().received());
            putPosition(json, "replay_", member.wal().replayed());
            putPosition(json, "", Optional.of(member.wal().position()));
        }
        FactsCodec.put(json, member.facts().progress());
        member.facts().trouble().ifPresent(trouble -> FactsCodec.put(json, trouble));
    }

    private String role(Member member, boolean leads) {
        if (leads) {
            return standbyCluster ? "standby_leader" : "leader";
        }
        boolean promised = config.isSynchronous()
                && !standbyCluster
                && view.sync().standbys().stream()
                        .anyMatch(standby -> standby.matches(member.name().value()));
        if (!promised) {
            return "replica";
        }
        return config.synchronousMode() == SynchronousMode.QUORUM ? "quorum_standby" : "sync_standby";
    }

    /** Absent as well when a member has published what is not an address. */
    private static Optional<Address> address(Member member) {
        try {
            return member.connUrl().map(Address::ofUrl);
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    private void putPosition(ObjectNode json, String prefix, Optional<Lsn> position) {
        if (position.isEmpty() || position.get().value() == 0) {
            json.put(prefix + "lsn", UNKNOWN).put(prefix + "lag", UNKNOWN);
            return;
        }
        long lag = Math.max(0, view.status().optime().minus(position.get()));
        json.put(prefix + "lag", lag).put(prefix + "lsn", position.get().toString());
    }

    /** Each end of a timeline as an array, as long as there is something to say. */
    static ArrayNode history(List<TimelineSwitch> history) {
        ArrayNode json = JsonText.array();
        for (TimelineSwitch end : history) {
            ArrayNode line = json.addArray()
                    .add(end.timeline())
                    .add(end.position().value())
                    .add(end.reason());
            end.at().ifPresent(at -> line.add(JsonText.time(at)));
            Optional<NodeName> leader = end.newLeader().filter(name -> end.at().isPresent());
            leader.ifPresent(name -> line.add(name.value()));
        }
        return json;
    }
}
