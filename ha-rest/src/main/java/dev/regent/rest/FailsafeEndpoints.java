package dev.regent.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.NodeStatus;
import dev.regent.ha.model.FailsafeAnnouncement;
import dev.regent.ha.model.FailsafeMembers;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.spi.FailsafeAnswer;
import dev.regent.ha.spi.FailsafeAnswer.Ground;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Failsafe mode over HTTP: who may be asked, and the answer to a primary that asks. Needs no store. */
final class FailsafeEndpoints {
    static final String ACCEPTED = "Accepted";
    static final String POSITION_HEADER = "lsn";
    /** For how many seconds the word is given; only we say so, others mean the cluster's time to live. */
    static final String PLEDGE_HEADER = "pledge";

    private final NodeView node;

    FailsafeEndpoints(NodeView node) {
        this.node = node;
    }

    /** The members that the leader last wrote down. */
    Response members(Request request) {
        Optional<FailsafeMembers> members =
                node.status().map(NodeStatus::cluster).map(view -> view.failsafe());
        if (members.filter(known -> known.revision().isEmpty()).isPresent()) {
            return ErrorPage.of(Response.BAD_GATEWAY);
        }
        ObjectNode json = JsonText.object();
        members.ifPresent(known -> known.urls().forEach((name, url) -> json.put(name.value(), url)));
        return Response.json(Response.OK, json);
    }

    /** May the primary go on although the store does not answer? */
    Response answer(Request request) throws Refusal {
        if (!isOn()) {
            throw Refusal.page(Response.BAD_GATEWAY);
        }
        FailsafeAnswer answer = node.answer(announcement(JsonBody.required(request)));
        if (answer instanceof FailsafeAnswer.Accepted accepted) {
            return accepted(accepted);
        }
        FailsafeAnswer.Refused refused = (FailsafeAnswer.Refused) answer;
        if (refused.ground() == Ground.MODE_OFF) {
            throw Refusal.page(Response.BAD_GATEWAY);
        }
        return Response.text(Response.INTERNAL_ERROR, refused.why());
    }

    private boolean isOn() {
        return node.status()
                .filter(seen -> seen.snapshot().config().failsafeMode())
                .isPresent();
    }

    private static Response accepted(FailsafeAnswer.Accepted accepted) {
        Map<String, String> headers = new LinkedHashMap<>();
        accepted.position().ifPresent(position -> headers.put(POSITION_HEADER, String.valueOf(position.value())));
        accepted.pledgedFor().ifPresent(pledged -> headers.put(PLEDGE_HEADER, String.valueOf(pledged.toSeconds())));
        return Response.text(Response.OK, ACCEPTED).withHeaders(headers);
    }

    private static FailsafeAnnouncement announcement(ObjectNode body) throws Refusal {
        Map<String, Lsn> slots = new TreeMap<>();
        for (Map.Entry<String, JsonNode> slot : body.path("slots").properties()) {
            slots.put(slot.getKey(), new Lsn(slot.getValue().asLong()));
        }
        try {
            return new FailsafeAnnouncement(
                    NodeName.of(text(body, "name")), text(body, "conn_url"), text(body, "api_url"), slots);
        } catch (IllegalArgumentException notAName) {
            throw Refusal.page(Response.BAD_REQUEST);
        }
    }

    private static String text(ObjectNode body, String key) throws Refusal {
        return JsonBody.text(body, key).orElseThrow(() -> Refusal.page(Response.BAD_REQUEST));
    }
}
