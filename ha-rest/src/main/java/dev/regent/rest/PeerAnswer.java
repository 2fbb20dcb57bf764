package dev.regent.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Role;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.WalPosition;
import dev.regent.ha.spi.PeerStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a peer's account of itself means for an election, whichever version of the software wrote it. */
final class PeerAnswer {
    private PeerAnswer() {}

    static PeerStatus read(byte[] document) {
        Optional<JsonNode> json = JsonText.parse(document);
        if (json.isEmpty() || !json.get().isObject()) {
            return new PeerStatus.Silent("its answer is not a JSON object");
        }
        JsonNode node = json.get();
        JsonNode wal = node.has("wal") ? node.path("wal") : node.path("xlog");
        if (!(wal instanceof ObjectNode) || wal.isEmpty()) {
            return new PeerStatus.Silent(
                    "its server is " + node.path("state").asText("unknown") + " and its position is not known");
        }
        long location = wal.path("location").asLong();
        boolean inRecovery = location == 0 && Role.fromLabel(node.path("role").asText("")) != Role.PRIMARY;
        int timeline = node.path("timeline").asInt();
        WalPosition position = inRecovery
                ? WalPosition.ofStandby(timeline, lsn(wal, "received_location"), lsn(wal, "replayed_location"))
                : WalPosition.at(timeline, new Lsn(location));
        return new PeerStatus.Answer(
                inRecovery, position, tags(node), node.path("watchdog_failed").asBoolean());
    }

    private static Lsn lsn(JsonNode wal, String field) {
        return new Lsn(wal.path(field).asLong());
    }

    private static Tags tags(JsonNode node) {
        Map<String, Object> tags = new LinkedHashMap<>();
        node.path("tags").properties().forEach(tag -> tags.put(tag.getKey(), scalar(tag.getValue())));
        return new Tags(tags);
    }

    private static Object scalar(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        return value.isNumber() ? value.numberValue() : value.asText();
    }
}
