package dev.regent.ha.model;

import java.util.Optional;

/** A cluster member as it describes itself in the store. Immutable. */
public record Member(
        NodeName name,
        Optional<String> connUrl,
        Optional<String> apiUrl,
        MemberState state,
        Role role,
        Tags tags,
        WalPosition wal,
        Optional<String> replicationState,
        boolean checkpointPending,
        boolean paused,
        MemberFacts facts,
        String version) {

    /** A member of which only the name is known: it holds the leader entry but its own entry is gone. */
    public static Member unknown(NodeName name) {
        return new Member(
                name,
                Optional.empty(),
                Optional.empty(),
                MemberState.UNKNOWN,
                Role.UNINITIALIZED,
                Tags.NONE,
                WalPosition.UNKNOWN,
                Optional.empty(),
                false,
                false,
                MemberFacts.NONE,
                "");
    }

    /** A primary of which only its own word is known, because its entry is gone. */
    public static Member primaryByItsWord(NodeName name, String connUrl, String apiUrl) {
        return new Member(
                name,
                Optional.of(connUrl),
                Optional.of(apiUrl),
                MemberState.RUNNING,
                Role.PRIMARY,
                Tags.NONE,
                WalPosition.UNKNOWN,
                Optional.empty(),
                false,
                false,
                MemberFacts.NONE,
                "");
    }

    public boolean isRunning() {
        return state == MemberState.RUNNING;
    }

    public boolean isRunningPrimary() {
        return isRunning() && role == Role.PRIMARY;
    }

    /** Where replicas can stream from, if the member says so in a way that can be read. */
    public Optional<Upstream> asUpstream() {
        return connUrl.flatMap(Address::inUrl).map(address -> new Upstream(name, address));
    }
}
