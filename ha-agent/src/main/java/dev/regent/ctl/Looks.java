package dev.regent.ctl;

import java.util.List;

/**
 * A cluster as it is shown: one look, or one for each group of a Citus cluster. Immutable.
 *
 * @param allGroups whether these are the groups of a Citus cluster, however many
 */
record Looks(String cluster, boolean allGroups, List<Look> each) {
    Looks {
        each = List.copyOf(each);
    }

    static Looks of(Look look) {
        return new Looks(look.cluster(), false, List.of(look));
    }

    boolean isCitus() {
        return allGroups || each.stream().anyMatch(look -> look.group().isPresent());
    }
}
