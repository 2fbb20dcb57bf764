package dev.regent.ha.spi;

import java.util.List;

/** Policies of which each has a veto. Immutable. */
record AllOf(List<ElectionPolicy> policies) implements ElectionPolicy {
    @Override
    public Verdict judge(Ballot ballot) {
        return policies.stream()
                .map(policy -> policy.judge(ballot))
                .filter(verdict -> !verdict.isStand())
                .findFirst()
                .orElse(Verdict.stand());
    }

    @Override
    public boolean admits(PeerStatus.Answer member, Ballot own) {
        return policies.stream().allMatch(policy -> policy.admits(member, own));
    }
}
