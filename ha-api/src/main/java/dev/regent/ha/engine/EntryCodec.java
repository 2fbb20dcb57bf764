package dev.regent.ha.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.ClusterStatus;
import dev.regent.ha.model.FailoverRequest;
import dev.regent.ha.model.FailsafeMembers;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.SyncState;
import dev.regent.ha.model.TimelineSwitch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The cluster's entries as text, except the members' own. What cannot be read counts as absent. */
final class EntryCodec {
    static final String NO_REQUEST = "{}";

    private static final int WITH_TIME = 4;
    private static final int WITH_LEADER = 5;

    private EntryCodec() {}

    static String encode(ClusterStatus status) {
        ObjectNode json = Json.object().put("optime", status.optime().value());
        if (!status.slots().isEmpty()) {
            ObjectNode slots = json.putObject("slots");
            status.slots().forEach((slot, lsn) -> slots.put(slot, lsn.value()));
        }
        if (!status.retainSlots().isEmpty()) {
            ArrayNode retained = json.putArray("retain_slots");
            status.retainSlots().forEach(retained::add);
        }
        return Json.write(json);
    }

    static ClusterStatus decodeStatus(String text) {
        JsonNode json = Json.read(text).orElseGet(Json::object);
        if (json.isNumber()) {
            return new ClusterStatus(new Lsn(json.longValue()), Map.of(), Set.of());
        }
        Map<String, Lsn> slots = new TreeMap<>();
        for (Map.Entry<String, JsonNode> slot : nested(json, "slots").properties()) {
            slots.put(
                    slot.getKey(), new Lsn(Json.number(slot.getValue().asText()).orElse(0L)));
        }
        Set<String> retained = new TreeSet<>();
        nested(json, "retain_slots").forEach(name -> retained.add(name.asText()));
        return new ClusterStatus(new Lsn(Json.number(json, "optime").orElse(0L)), slots, retained);
    }

    /** Some stores hold the inner value as text. */
    private static JsonNode nested(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isTextual() ? Json.read(value.asText()).orElseGet(Json::object) : value;
    }

    static String encode(FailoverRequest request) {
        ObjectNode json = Json.object();
        request.leader().ifPresent(leader -> json.put("leader", leader.value()));
        request.candidate().ifPresent(candidate -> json.put("member", candidate.value()));
        request.scheduledAt().ifPresent(at -> json.put("scheduled_at", Json.time(at)));
        return Json.write(json);
    }

    static Optional<FailoverRequest> decodeRequest(String text, long revision) {
        Optional<JsonNode> json = Json.read(text);
        if (json.isEmpty() || json.get().isTextual()) {
            return legacyRequest(text, revision);
        }
        Optional<NodeName> leader = name(json.get(), "leader");
        Optional<NodeName> candidate = name(json.get(), "member");
        return leader.isPresent() || candidate.isPresent()
                ? Optional.of(new FailoverRequest(
                        leader, candidate, Json.text(json.get(), "scheduled_at").flatMap(Json::time), revision))
                : Optional.empty();
    }

    /** {@code LEADER:CANDIDATE}, as it was written long ago. */
    private static Optional<FailoverRequest> legacyRequest(String text, long revision) {
        int colon = text.indexOf(':');
        Optional<NodeName> leader = name(colon < 0 ? text : text.substring(0, colon));
        Optional<NodeName> candidate = colon < 0 ? Optional.empty() : name(text.substring(colon + 1));
        return leader.isPresent() || candidate.isPresent()
                ? Optional.of(new FailoverRequest(leader, candidate, Optional.empty(), revision))
                : Optional.empty();
    }

    static String encode(SyncState sync) {
        ObjectNode json = Json.object();
        json.put("leader", sync.leader().map(NodeName::value).orElse(null));
        json.put("quorum", sync.quorum());
        String standbys = sync.standbys().stream().map(NodeName::value).collect(Collectors.joining(","));
        json.put("sync_standby", standbys.isEmpty() ? null : standbys);
        return Json.write(json);
    }

    static SyncState decodeSync(String text, long revision) {
        ObjectNode json = Json.readObject(text);
        Optional<NodeName> leader = name(json, "leader");
        if (leader.isEmpty()) {
            return new SyncState(Optional.empty(), 0, Set.of(), Optional.of(revision));
        }
        Set<NodeName> standbys = Json.text(json, "sync_standby").stream()
                .flatMap(names -> Arrays.stream(names.split(",")))
                .flatMap(name -> name(name).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        int quorum = Json.number(json, "quorum").map(Long::intValue).orElse(0);
        return new SyncState(leader, quorum, standbys, Optional.of(revision));
    }

    static String encode(List<TimelineSwitch> history) {
        ArrayNode json = Json.array();
        for (TimelineSwitch entry : history) {
            ArrayNode line = json.addArray()
                    .add(entry.timeline())
                    .add(entry.position().value())
                    .add(entry.reason());
            entry.at().ifPresent(at -> line.add(Json.time(at)));
            entry.newLeader().filter(leader -> entry.at().isPresent()).ifPresent(leader -> line.add(leader.value()));
        }
        return Json.write(json);
    }

    static List<TimelineSwitch> decodeHistory(String text) {
        List<TimelineSwitch> history = new ArrayList<>();
        Json.read(text)
                .filter(JsonNode::isArray)
                .ifPresent(lines -> lines.forEach(line -> {
                    if (line.isArray() && line.size() >= WITH_TIME - 1) {
                        history.add(decodeSwitch(line));
                    }
                }));
        return history;
    }

    private static TimelineSwitch decodeSwitch(JsonNode line) {
        return new TimelineSwitch(
                line.get(0).asInt(),
                new Lsn(line.get(1).asLong()),
                line.get(2).asText(),
                line.size() >= WITH_TIME ? Json.time(line.get(WITH_TIME - 1).asText()) : Optional.empty(),
                line.size() >= WITH_LEADER ? name(line.get(WITH_LEADER - 1).asText()) : Optional.empty());
    }

    static String encodeFailsafe(Map<NodeName, String> urls) {
        ObjectNode json = Json.object();
        new TreeMap<>(urls).forEach((name, url) -> json.put(name.value(), url));
        return Json.write(json);
    }

    static FailsafeMembers decodeFailsafe(String text, long revision) {
        Map<NodeName, String> urls = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : Json.readObject(text).properties()) {
            name(entry.getKey())
                    .ifPresent(name -> urls.put(name, entry.getValue().asText()));
        }
        return new FailsafeMembers(urls, Optional.of(revision));
    }

    private static Optional<NodeName> name(JsonNode json, String field) {
        return Json.text(json, field).flatMap(EntryCodec::name);
    }

    /** Absent for what cannot be a member's name: others may have written anything. */
    static Optional<NodeName> name(String text) {
        String name = text.trim();
        boolean possible = !name.isEmpty() && name.indexOf('/') < 0 && !name.equals(NodeName.STRICT_SYNC_PLACEHOLDER);
        return possible ? Optional.of(NodeName.of(name)) : Optional.empty();
    }
}
