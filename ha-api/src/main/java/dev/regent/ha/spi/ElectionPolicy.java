package dev.regent.ha.spi;

import java.util.List;

/** A veto on becoming the leader. Pure: the same ballot always gets the same verdict. */
@FunctionalInterface
public interface ElectionPolicy {
    Verdict judge(Ballot ballot);

    /** Stands when all stand; otherwise the first refusal counts. */
    static ElectionPolicy allOf(ElectionPolicy... policies) {
        List<ElectionPolicy> all = List.of(policies);
        return ballot -> all.stream()
                .map(policy -> policy.judge(ballot))
                .filter(verdict -> !verdict.isStand())
                .findFirst()
                .orElse(Verdict.stand());
    }
}
