package dev.regent.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command has read of one cluster, or of one group of a Citus cluster. Immutable.
 *
 * @param documents what members have published, as it stands in the store
 */
record Look(String cluster, Optional<Integer> group, ClusterView view, Map<NodeName, JsonNode> documents) {
    Look {
        documents = Map.copyOf(documents);
    }

    HaConfig config() {
        return view.config().map(HaConfig::from).orElse(HaConfig.DEFAULT);
    }

    List<Member> members() {
        return List.copyOf(view.members().values());
    }

    /** All members, the leader before the others. */
    List<Member> leaderFirst() {
        List<Member> members = new ArrayList<>(members());
        members.sort((one, other) -> Boolean.compare(view.isLedBy(other.name()), view.isLedBy(one.name())));
        return members;
    }

    /** What the member says under the key, also where nothing else in this program understands it. */
    Optional<JsonNode> said(Member member, String key) {
        JsonNode document = documents.get(member.name());
        return Optional.ofNullable(document)
                .filter(json -> json.hasNonNull(key))
                .map(json -> json.get(key));
    }

    boolean isStandbyCluster() {
        return config().isStandbyCluster();
    }

    /** Nothing has ever been written there: probably the name is wrong. */
    boolean isUnknown() {
        return view.initialization().isEmpty()
                && view.config().isEmpty()
                && view.members().isEmpty()
                && view.leader().isEmpty()
                && view.history().isEmpty();
    }
}
