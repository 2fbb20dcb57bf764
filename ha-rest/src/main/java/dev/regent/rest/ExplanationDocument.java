package dev.regent.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.Explanation;
import dev.regent.ha.engine.FactsCodec;
import dev.regent.ha.model.NodeName;

/** A node's account of what it does and why: for {@code regentctl explain}, and for people. The order of keys is fixed. */
final class ExplanationDocument {
    private ExplanationDocument() {}

    static Response of(NodeView node) {
        ObjectNode json = JsonText.object()
                .put("member", node.settings().name().value())
                .put("scope", node.settings().scope());
        if (node.explanation().isEmpty()) {
            json.put("why", "this node has not looked at its cluster yet");
            return Response.json(Response.UNAVAILABLE, json);
        }
        put(json, node.explanation().get());
        node.sinceLastLook().ifPresent(age -> json.put("seconds_since_last_look", age.toSeconds()));
        return Response.json(Response.OK, json);
    }

    private static void put(ObjectNode json, Explanation explanation) {
        json.put("leader", explanation.leader().map(NodeName::value).orElse(null));
        json.put("action", explanation.action());
        json.put("reason", explanation.reason().name());
        json.put("why", explanation.why());
        json.put("not_leading", explanation.notLeading().orElse(null));
        json.put("unblock", explanation.unblock().orElse(null));
        json.put("since", JsonText.time(explanation.since()));
        ArrayNode problems = json.putArray("config_problems");
        explanation.configProblems().forEach(problems::add);
        explanation.trouble().ifPresent(trouble -> FactsCodec.put(json, trouble));
    }
}
