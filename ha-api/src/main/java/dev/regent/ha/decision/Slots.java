package dev.regent.ha.decision;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.Member;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which replication slots a server needs: one for each member that streams, or will stream, from it. On a standby nobody
 * advances a slot that is not in use, so there it is kept only for members that follow this one, as all do that are not said
 * to follow another if it leads a standby cluster. In a paused cluster slots are
 * made and none is dropped.
 */
final class Slots {
    private static final List<String> PERMANENT = List.of("permanent_replication_slots", "permanent_slots", "slots");

    private static final Pattern VALID = Pattern.compile("[a-z0-9_]{1,63}");

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
        DynamicConfig config = view.config().orElse(DynamicConfig.EMPTY);
        if (leads && !now.node().tags().nofailover()) {
            permanent(config, now.config().isStandbyCluster()).stream()
                    .filter(slot -> !slot.equals(now.self().slotName()))
                    .forEach(wanted::add);
        }
        now.database().slots().keySet().stream()
                .filter(ignored(config)::contains)
                .forEach(wanted::add);
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

    /** Slots that the configuration names: on the server that leads, since nobody advances them elsewhere. */
    private static Set<String> permanent(DynamicConfig config, boolean inStandbyCluster) {
        Set<String> names = new TreeSet<>();
        PERMANENT.stream()
                .flatMap(key -> config.value(key).stream())
                .filter(node -> !node.isEmpty())
                .findFirst()
                .ifPresent(slots -> slots.properties().stream()
                        .filter(slot -> VALID.matcher(slot.getKey()).matches())
                        .filter(slot -> isFor(inStandbyCluster, slot.getValue()))
                        .forEach(slot -> names.add(slot.getKey())));
        return names;
    }

    /** A standby cluster decodes nothing; otherwise a slot is for the kind of cluster that it says. */
    private static boolean isFor(boolean standbyCluster, JsonNode slot) {
        boolean logical = !slot.path("type").asText().equals("physical")
                && slot.hasNonNull("database")
                && slot.hasNonNull("plugin");
        return switch (slot.path("cluster_type").asText()) {
            case "primary" -> !standbyCluster;
            case "standby" -> standbyCluster && !logical;
            default -> !standbyCluster || !logical;
        };
    }

    /** Slots that are nobody's business here are never dropped. */
    private static Set<String> ignored(DynamicConfig config) {
        return config.value("ignore_slots")
                .map(patterns -> Set.copyOf(patterns.findValuesAsText("name")))
                .orElse(Set.of());
    }
}
