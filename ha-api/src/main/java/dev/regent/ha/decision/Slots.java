package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.PermanentSlots;
import dev.regent.ha.model.ReplicationSlot.Trait;
import dev.regent.ha.model.SlotCare;
import dev.regent.ha.model.Tags;
import dev.regent.ha.model.Upstream;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The replication slots of this node's server: what is to be changed about them, and what is to be done again and again. */
public final class Slots {
    private Slots() {}

    static Optional<Decision> decide(Snapshot now, ClusterView view) {
        if (!areKept(now, view)) {
            return Optional.empty();
        }
        SlotPlan plan = plan(now, view);
        if (!plan.changes().isEmpty()) {
            return Optional.of(Decision.of(new Operation.ChangeSlots(plan.changes()), Reason.SLOTS_CHANGED));
        }
        return plan.copy().isEmpty() || !now.database().streaming()
                ? Optional.empty()
                : primary(view)
                        .map(primary ->
                                Decision.of(new Operation.CopySlots(primary, plan.copy()), Reason.SLOTS_TO_COPY));
    }

    /** What is to be done about slots while others use theirs; nothing while the server does not answer. */
    public static SlotCare care(Snapshot now, ClusterView view) {
        boolean answers =
                now.database().is(ServerState.PRIMARY) || now.database().is(ServerState.STANDBY);
        if (!answers || view.isVacant() || !areKept(now, view)) {
            return SlotCare.NONE;
        }
        boolean unsafe = now.database().slots().values().stream().anyMatch(slot -> slot.is(Trait.UNSAFE));
        return new SlotCare(
                plan(now, view).advance(),
                primary(view)
                        .filter(primary -> unsafe && !view.isLedBy(now.self()))
                        .map(primary -> new SlotCare.Primary(
                                primary, slotAtPrimary(now, view).slotName())));
    }

    private static boolean areKept(Snapshot now, ClusterView view) {
        return now.config().useSlots() && view.config().isPresent();
    }

    private static SlotPlan plan(Snapshot now, ClusterView view) {
        return SlotPlan.of(
                SlotWishes.of(now, view),
                now.database().slots(),
                new SlotPlan.Facts(
                        now.database().is(ServerState.PRIMARY),
                        !view.isVacant() && !view.isLedBy(now.self()),
                        now.config().paused(),
                        PermanentSlots.in(view.config().orElse(DynamicConfig.EMPTY))));
    }

    private static Optional<Upstream> primary(ClusterView view) {
        return view.leaderMember().filter(Member::isRunningPrimary).flatMap(Member::asUpstream);
    }

    /** Whose slot at the primary it is that stands for all that this server needs. */
    private static NodeName slotAtPrimary(Snapshot now, ClusterView view) {
        NodeName name = now.self();
        Tags tags = now.node().tags();
        Set<NodeName> passed = new HashSet<>();
        while (passed.add(name)) {
            Optional<Member> above = Upstreams.named(name, tags, view).filter(member -> !view.isLedBy(member.name()));
            if (above.isEmpty()) {
                return name;
            }
            name = above.get().name();
            tags = above.get().tags();
        }
        return now.self();
    }
}
