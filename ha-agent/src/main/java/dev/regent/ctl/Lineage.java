package dev.regent.ctl;

import dev.regent.ha.model.Member;
import dev.regent.ha.model.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Who replicates from whom, as the members' tags say. */
final class Lineage {
    private static final Optional<NodeName> FROM_THE_LEADER = Optional.empty();

    /** A member and what stands before its name. */
    record Branch(Member member, String prefix) {}

    private final Map<NodeName, List<Member>> following = new TreeMap<>();
    private final List<Member> followingTheLeader = new ArrayList<>();
    private final List<Branch> branches = new ArrayList<>();

    private Lineage() {}

    /** The leader and below each member those who follow it; who follow one another in a circle are not reached. */
    static List<Branch> of(Look look) {
        Lineage lineage = new Lineage();
        look.members().stream()
                .filter(member -> !look.view().isLedBy(member.name()))
                .forEach(member -> lineage.add(member, source(look, member)));
        look.members().stream()
                .filter(member -> look.view().isLedBy(member.name()))
                .forEach(leader -> lineage.branches.add(new Branch(leader, "")));
        lineage.followingTheLeader.forEach(member -> lineage.grow(member, 0));
        return lineage.branches;
    }

    private static Optional<NodeName> source(Look look, Member member) {
        return member.tags()
                .replicatefrom()
                .flatMap(name -> look.members().stream()
                        .map(Member::name)
                        .filter(other -> other.value().equals(name))
                        .filter(other -> !look.view().isLedBy(other))
                        .findFirst())
                .or(() -> FROM_THE_LEADER);
    }

    private void add(Member member, Optional<NodeName> source) {
        source.map(name -> following.computeIfAbsent(name, unused -> new ArrayList<>()))
                .orElse(followingTheLeader)
                .add(member);
    }

    private void grow(Member member, int depth) {
        branches.add(new Branch(member, "  ".repeat(depth) + "+ "));
        following.getOrDefault(member.name(), List.of()).forEach(next -> grow(next, depth + 1));
    }
}
