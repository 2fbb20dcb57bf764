package dev.regent.ha.spi;

import java.util.List;

/** A veto on becoming the leader. Pure: the same ballot always gets the same verdict. */
@FunctionalInterface
public interface ElectionPolicy {
    Verdict judge(Ballot ballot);

    /**
     * Whether the member that has answered may lead without a person who asks for it by name, as far as this node can tell; all
     * members should have the same policy, so that it can. Who may not keeps nobody else from leading, however far it is, and no
     * leader makes room for it.
     */
    default boolean admits(PeerStatus.Answer member, Ballot own) {
        return true;
    }

    /** Stands when all stand; otherwise the first refusal counts. Admits whom all admit. */
    static ElectionPolicy allOf(ElectionPolicy... policies) {
        return new AllOf(List.of(policies));
    }
}
