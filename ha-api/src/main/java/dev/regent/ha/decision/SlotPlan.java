package dev.regent.ha.decision;

import dev.regent.ha.decision.SlotWish.Use;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.PermanentSlots;
import dev.regent.ha.model.ReplicationSlot;
import dev.regent.ha.model.ReplicationSlot.Trait;
import dev.regent.ha.model.SlotChanges;
import dev.regent.ha.model.SlotKind;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The step from the slots that a server has to those that it is to have: facts in, changes out. What is in use, what is ignored
 * and what PostgreSQL itself takes care of is never touched. A slot is advanced only to where the leader's is, so that it
 * never holds less than its user needs. Immutable.
 *
 * @param advance slots that are used elsewhere, with the position to advance them to
 * @param copy logical slots that only the primary can give
 */
record SlotPlan(SlotChanges changes, Map<String, Lsn> advance, Map<String, SlotKind.Logical> copy) {
    SlotPlan {
        advance = Collections.unmodifiableMap(new TreeMap<>(advance));
        copy = Collections.unmodifiableMap(new TreeMap<>(copy));
    }

    /**
     * What the plan depends on besides the slots.
     *
     * @param primary the server accepts writes
     * @param followsLeader another node leads
     * @param paused nothing is dropped but what is of the wrong kind, and no server is restarted
     */
    record Facts(boolean primary, boolean followsLeader, boolean paused, PermanentSlots configured) {
        /** Without a leader nobody may know whether the slot is still needed. */
        boolean mayRenew() {
            return primary || followsLeader;
        }
    }

    static SlotPlan of(Map<String, SlotWish> wishes, Map<String, ReplicationSlot> present, Facts facts) {
        Set<String> drop = new TreeSet<>();
        Map<String, Lsn> advance = new TreeMap<>();
        present.forEach((name, slot) -> {
            SlotWish wish = wishes.get(name);
            if (isUntouchable(name, slot, facts)) {
                return;
            }
            if (wish == null ? !facts.paused() : isUseless(slot, wish, facts)) {
                drop.add(name);
            } else if (wish != null && isBehind(slot, wish, facts)) {
                advance.put(name, target(slot, wish));
            }
        });
        Map<String, SlotKind> create = new TreeMap<>();
        Map<String, SlotKind.Logical> copy = new TreeMap<>();
        wishes.forEach((name, wish) -> {
            if (present.containsKey(name) && !drop.contains(name)) {
                return;
            }
            if (!(wish.kind() instanceof SlotKind.Logical logical)) {
                create.put(name, wish.kind());
            } else if (facts.primary()) {
                create.put(name, logical);
            } else if (isKnown(wish.position()) && facts.followsLeader() && !facts.paused()) {
                copy.put(name, logical);
            }
        });
        return new SlotPlan(new SlotChanges(drop, create), advance, copy);
    }

    private static boolean isUntouchable(String name, ReplicationSlot slot, Facts facts) {
        if (slot.is(Trait.ACTIVE) || slot.isServersOwn() || facts.configured().ignores(name, slot.kind())) {
            return true;
        }
        // One that a former primary has made itself keeps PostgreSQL from bringing the new primary's
        boolean inTheWay = facts.followsLeader() && !facts.primary() && !facts.paused();
        return slot.is(Trait.FAILOVER) && !inTheWay;
    }

    /** It is to be there, but not this one. */
    private static boolean isUseless(ReplicationSlot slot, SlotWish wish, Facts facts) {
        if (!slot.kind().equals(wish.kind()) || slot.is(Trait.FAILOVER)) {
            return true;
        }
        if (slot.is(Trait.LOST)) {
            return !facts.paused();
        }
        if (slot.kind().isLogical()) {
            return false;
        }
        boolean holdsRowsForNobody = wish.use() == Use.ELSEWHERE && slot.is(Trait.HOLDS_ROWS) && facts.mayRenew();
        boolean holdsNothing = wish.use() != Use.HERE && !isKnown(slot.position());
        return holdsRowsForNobody || holdsNothing;
    }

    private static boolean isBehind(ReplicationSlot slot, SlotWish wish, Facts facts) {
        boolean usedElsewhere =
                slot.kind().isLogical() ? !facts.primary() : wish.use() != Use.HERE && !slot.is(Trait.HOLDS_ROWS);
        return usedElsewhere && !slot.is(Trait.LOST) && target(slot, wish).compareTo(slot.position()) > 0;
    }

    private static Lsn target(ReplicationSlot slot, SlotWish wish) {
        return wish.position().compareTo(slot.limit()) < 0 ? wish.position() : slot.limit();
    }

    private static boolean isKnown(Lsn position) {
        return position.value() != 0;
    }
}
