package dev.regent.ha.decision;

import dev.regent.ha.decision.SlotWish.Use;
import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.Member;
import dev.regent.ha.model.PermanentSlots;
import dev.regent.ha.model.SlotKind;
import dev.regent.ha.model.Tags;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which replication slots a server is to have. Every server that may lead keeps one for each other member that streams, wherever
 * from, so that whoever is promoted already holds the WAL that the others need; and those that the configuration names. A
 * member that never leads keeps slots only for those that follow it.
 */
final class SlotWishes {
    /** Members before this version do not publish the positions of members' slots. */
    private static final int PUBLISHES_ALL = 4;

    private final Snapshot now;
    private final ClusterView view;
    private final boolean leads;
    private final Map<String, SlotWish> wishes = new TreeMap<>();

    private SlotWishes(Snapshot now, ClusterView view) {
        this.now = now;
        this.view = view;
        this.leads = leads(now, view);
    }

    static Map<String, SlotWish> of(Snapshot now, ClusterView view) {
        SlotWishes all = new SlotWishes(now, view);
        view.members().values().forEach(all::addMember);
        if (all.leads || !now.node().tags().nofailover()) {
            view.status().retainSlots().forEach(all::addRetained);
            PermanentSlots.in(view.config().orElse(DynamicConfig.EMPTY)).slots().forEach(all::addPermanent);
        }
        all.wishes.remove(now.self().slotName());
        return all.wishes;
    }

    /** Whether members stream from this server unless they are told otherwise. */
    static boolean leads(Snapshot now, ClusterView view) {
        return now.database().is(ServerState.PRIMARY) || (now.config().isStandbyCluster() && view.isLedBy(now.self()));
    }

    private void addMember(Member member) {
        if (member.name().equals(now.self()) || member.tags().nostream()) {
            return;
        }
        Use use = leads
                ? useOnLeader(member)
                : followsMe(member) && !view.isLedBy(member.name()) ? Use.HERE : Use.ELSEWHERE;
        if (isKept(member, use)) {
            wishes.put(member.name().slotName(), new SlotWish(SlotKind.physical(), position(member), use));
        }
    }

    private boolean isKept(Member member, Use use) {
        if (now.config().memberSlotsTtl().isZero()) {
            return use == Use.HERE || (leads && comesToLeader(member));
        }
        return leads || !now.node().tags().nofailover() || followsMe(member);
    }

    private Use useOnLeader(Member member) {
        boolean toAnother = member.tags()
                .replicatefrom()
                .filter(name -> !name.equals(now.self().value()))
                .filter(name -> view.members().keySet().stream()
                        .anyMatch(known -> known.value().equals(name)))
                .isPresent();
        return toAnother ? Use.ELSEWHERE : Use.HERE;
    }

    private boolean followsMe(Member member) {
        return member.tags().replicatefrom().filter(now.self().value()::equals).isPresent();
    }

    /** When the member that it streams from is down, it streams from the leader. */
    private boolean comesToLeader(Member member) {
        return Upstreams.named(member.name(), member.tags(), view)
                .filter(upstream -> !upstream.name().equals(now.self()))
                .isEmpty();
    }

    /** What the leader says of it; of one that streams from another the leader may know less than the member itself. */
    private Lsn position(Member member) {
        Lsn onLeader = published(member.name().slotName());
        return member.tags().replicatefrom().isPresent() || isLedByOldMember()
                ? onLeader.max(member.wal().position())
                : onLeader;
    }

    private boolean isLedByOldMember() {
        String version = view.leaderMember().map(Member::version).orElse("");
        int dot = version.indexOf('.');
        String major = dot < 0 ? "" : version.substring(0, dot);
        return major.matches("[0-9]{1,3}") && Integer.parseInt(major) < PUBLISHES_ALL;
    }

    private Lsn published(String slot) {
        return view.status().slots().getOrDefault(slot, Lsn.ZERO);
    }

    private void addRetained(String slot) {
        wishes.putIfAbsent(slot, new SlotWish(SlotKind.physical(), published(slot), Use.UNKNOWN));
    }

    /** A member's slot of the same name wins. */
    private void addPermanent(String slot, PermanentSlots.Configured configured) {
        boolean decodes = !configured.kind().isLogical() || hearsOfRows();
        if (decodes && configured.isFor(now.config().isStandbyCluster())) {
            wishes.putIfAbsent(
                    slot, new SlotWish(configured.kind(), published(slot), leads ? Use.HERE : Use.ELSEWHERE));
        }
    }

    /** Whether the primary hears, through whatever members stand between, which rows this server needs. */
    private boolean hearsOfRows() {
        Set<String> passed = new HashSet<>();
        String name = now.self().value();
        Tags tags = now.node().tags();
        while (passed.add(name)) {
            if (tags.nostream()) {
                return false;
            }
            Optional<Member> above = leads ? Optional.empty() : named(tags);
            if (above.isEmpty()) {
                return true;
            }
            name = above.get().name().value();
            tags = above.get().tags();
        }
        return false;
    }

    private Optional<Member> named(Tags tags) {
        return tags.replicatefrom()
                .flatMap(name -> view.members().values().stream()
                        .filter(member -> member.name().value().equals(name))
                        .findFirst());
    }
}
