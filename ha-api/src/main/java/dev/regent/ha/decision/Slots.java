package dev.regent.ha.decision;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.Member;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which replication slots a server needs: one for each member that streams, or will stream, from it. On a standby nobody
 * advances a slot that is not in use, so there it is kept only for members that follow this one, as all do that are not said
 * to follow another if it leads a standby cluster. In a paused cluster slots are
 * made and none is dropped.
 */
final class Slots {
    private static final List<String> PERMANENT = List.of("permanent_replication_slots", "permanent_slots", "slots");

    private Slots() {}

    static Optional<Decision> decide(Snapshot now, ClusterView view) {
        if (!now.config().useSlots() || view.config().isEmpty()) {
            return Optional.empty();
        }
        Set<String> wanted = wanted(now, view);
        Set<String> present = now.database().slots().keySet();
        if (now.config().paused()) {
            wanted.addAll(present);
        }
        return wanted.equals(present)
                ? Optional.empty()
                : Optional.of(Decision.of(new Operation.KeepSlots(wanted), Reason.SLOTS_CHANGED));
    }

    private static Set<String> wanted(Snapshot now, ClusterView view) {
        boolean leads =
                now.database().is(ServerState.PRIMARY) || (now.config().isStandbyCluster() && view.isLedBy(now.self()));
        Set<String> wanted = view.members().values().stream()
                .filter(member ->
                        !member.name().equals(now.self()) && !member.tags().nostream())
                .filter(member -> leads ? !cascades(member, now, view) : followsMe(member, now))
                .map(member -> member.name().slotName())
                .collect(Collectors.toCollection(TreeSet::new));
        if (leads) {
            view.status().retainSlots().stream()
                    .filter(slot -> !slot.equals(now.self().slotName()))
                    .forEach(wanted::add);
        }
        Set<String> permanent = permanent(view.config().orElse(DynamicConfig.EMPTY));
        now.database().slots().keySet().stream().filter(permanent::contains).forEach(wanted::add);
        return wanted;
    }

    private static boolean followsMe(Member member, Snapshot now) {
        return member.tags().replicatefrom().filter(now.self().value()::equals).isPresent();
    }

    /** Streams from another member at present; when that one is down it comes to the leader, and needs its slot there. */
    private static boolean cascades(Member member, Snapshot now, ClusterView view) {
        return Upstreams.named(member.name(), member.tags(), view)
                .filter(upstream -> !upstream.name().equals(now.self()))
                .isPresent();
    }

    /** Slots that the configuration names are the operator's: they are never dropped. */
    private static Set<String> permanent(DynamicConfig config) {
        Set<String> names = new TreeSet<>();
        for (String key : PERMANENT) {
            Iterator<String> fields =
                    config.value(key).map(JsonNode::fieldNames).orElse(java.util.Collections.emptyIterator());
            fields.forEachRemaining(names::add);
        }
        config.value("ignore_slots")
                .ifPresent(ignored -> ignored.findValuesAsText("name").forEach(names::add));
        return names;
    }
}
