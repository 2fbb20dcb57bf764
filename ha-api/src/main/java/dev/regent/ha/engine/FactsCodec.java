package dev.regent.ha.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.MemberFacts;
import dev.regent.ha.model.PendingRestart;
import dev.regent.ha.model.PendingRestart.Change;
import dev.regent.ha.model.Progress;
import dev.regent.ha.model.Trouble;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What members tell for people: in their entries, and over HTTP. The order of keys is fixed. */
public final class FactsCodec {
    private FactsCodec() {}

    static void put(ObjectNode json, MemberFacts facts) {
        put(json, facts.pendingRestart());
        put(json, facts.progress());
        facts.trouble().ifPresent(trouble -> put(json, trouble));
    }

    /** What is wrong, for people and monitoring. */
    public static ObjectNode put(ObjectNode json, Trouble trouble) {
        return json.putObject("health").put("finding", trouble.finding()).put("reason", trouble.why());
    }

    /** Nothing when no restart is pending. */
    public static void put(ObjectNode json, PendingRestart pending) {
        if (!pending.isDue()) {
            return;
        }
        json.put("pending_restart", true);
        if (!pending.reasons().isEmpty()) {
            ObjectNode reasons = json.putObject("pending_restart_reason");
            pending.reasons()
                    .forEach((name, change) -> reasons.putObject(name)
                            .put("old_value", change.oldValue())
                            .put("new_value", change.newValue()));
        }
    }

    /** Nothing when there is no long work. */
    public static void put(ObjectNode json, Optional<Progress> progress) {
        progress.ifPresent(now -> {
            ObjectNode node = json.putObject("progress").put("what", now.what()).put("bytes", now.bytes());
            now.total().ifPresent(total -> node.put("total_bytes", total));
            now.percent().ifPresent(percent -> node.put("percent", percent));
            node.put("bytes_per_second", now.bytesPerSecond());
        });
    }

    static MemberFacts facts(JsonNode json) {
        return new MemberFacts(
                Json.text(json, "proxy_url"),
                pendingRestart(json),
                RestartCodec.decode(json.path("scheduled_restart")),
                progress(json.path("progress")),
                Json.text(json.path("health"), "finding")
                        .map(finding -> new Trouble(
                                finding,
                                Json.text(json.path("health"), "reason").orElse(""))));
    }

    private static PendingRestart pendingRestart(JsonNode json) {
        Map<String, Change> reasons = new TreeMap<>();
        for (Map.Entry<String, JsonNode> reason :
                json.path("pending_restart_reason").properties()) {
            reasons.put(
                    reason.getKey(),
                    new Change(
                            Json.text(reason.getValue(), "old_value").orElse(""),
                            Json.text(reason.getValue(), "new_value").orElse("")));
        }
        return new PendingRestart(Json.isTrue(json, "pending_restart"), reasons);
    }

    private static Optional<Progress> progress(JsonNode json) {
        return Json.number(json, "bytes")
                .map(bytes -> new Progress(
                        Json.text(json, "what").orElse(""),
                        bytes,
                        Json.number(json, "total_bytes"),
                        Json.number(json, "bytes_per_second").orElse(0L)));
    }
}
