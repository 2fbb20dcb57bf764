package dev.regent.ha.decision;

import dev.regent.ha.model.NodeName;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Sets of members, each operation giving a new one in the order of names. */
final class Names {
    private Names() {}

    static Set<NodeName> union(Collection<NodeName> some, Collection<NodeName> others) {
        Set<NodeName> all = new TreeSet<>(some);
        all.addAll(others);
        return all;
    }

    static Set<NodeName> with(Collection<NodeName> some, NodeName another) {
        return union(some, Set.of(another));
    }

    static Set<NodeName> minus(Collection<NodeName> some, Collection<NodeName> others) {
        Set<NodeName> rest = new TreeSet<>(some);
        rest.removeAll(others);
        return rest;
    }

    static Set<NodeName> without(Collection<NodeName> some, NodeName one) {
        return minus(some, Set.of(one));
    }

    static Set<NodeName> common(Collection<NodeName> some, Collection<NodeName> others) {
        Set<NodeName> both = new TreeSet<>(some);
        both.retainAll(others);
        return both;
    }
}
