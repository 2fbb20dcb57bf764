package dev.regent.ha.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.MemberState;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.Role;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A member's own entry as text. */
final class MemberCodec {
    private MemberCodec() {}

    static String encode(Member member) {
        ObjectNode json = Json.object();
        member.connUrl().ifPresent(url -> json.put("conn_url", url));
        member.apiUrl().ifPresent(url -> json.put("api_url", url));
        json.put("state", member.state().label());
        json.put("role", member.role().label());
        json.put("version", member.version());
        member.facts().proxyUrl().ifPresent(url -> json.put("proxy_url", url));
        if (member.checkpointPending()) {
            json.put("checkpoint_after_promote", false);
        }
        Map<String, Object> tags = member.tags().published().values();
        if (!tags.isEmpty()) {
            json.set("tags", Json.tree(tags));
        }
        FactsCodec.put(json, member.facts());
        putWal(json, member);
        member.facts()
                .scheduledRestart()
                .ifPresent(restart -> json.set("scheduled_restart", RestartCodec.encode(restart)));
        if (member.paused()) {
            json.put("pause", true);
        }
        return Json.write(json);
    }

    private static void putWal(ObjectNode json, Member member) {
        WalPosition wal = member.wal();
        if (wal.isKnown()) {
            json.put("xlog_location", wal.position().value());
        }
        wal.replayed().filter(lsn -> lsn.value() > 0).ifPresent(lsn -> json.put("replay_lsn", lsn.value()));
        wal.received().filter(lsn -> lsn.value() > 0).ifPresent(lsn -> json.put("receive_lsn", lsn.value()));
        member.replicationState().ifPresent(state -> json.put("replication_state", state));
        if (wal.timeline() != 0) {
            json.put("timeline", wal.timeline());
        }
    }

    static Member decode(NodeName name, String text) {
        ObjectNode json = Json.readObject(text);
        return new Member(
                name,
                Json.text(json, "conn_url"),
                Json.text(json, "api_url"),
                Json.text(json, "state").map(MemberState::fromLabel).orElse(MemberState.UNKNOWN),
                Json.text(json, "role").map(Role::fromLabel).orElse(Role.UNINITIALIZED),
                tags(json),
                wal(json),
                Json.text(json, "replication_state"),
                json.has("checkpoint_after_promote") && !Json.isTrue(json, "checkpoint_after_promote"),
                Json.isTrue(json, "pause"),
                FactsCodec.facts(json),
                Json.text(json, "version").orElse(""));
    }

    private static WalPosition wal(JsonNode json) {
        return new WalPosition(
                Json.number(json, "timeline").map(Long::intValue).orElse(0),
                lsn(json, "xlog_location").orElse(Lsn.ZERO),
                lsn(json, "receive_lsn"),
                lsn(json, "replay_lsn"));
    }

    private static Optional<Lsn> lsn(JsonNode json, String field) {
        return Json.number(json, field).map(Lsn::new);
    }

    private static Tags tags(JsonNode json) {
        Map<String, Object> tags = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> tag : json.path("tags").properties()) {
            tags.put(tag.getKey(), scalar(tag.getValue()));
        }
        return new Tags(tags);
    }

    private static Object scalar(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        return value.isNumber() ? value.numberValue() : value.asText();
    }
}
