package dev.regent.ha.engine;

import dev.regent.ha.decision.Operation;
import dev.regent.ha.decision.RunningOperation;
import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.MemberState;
import dev.regent.ha.model.Role;
import java.util.Optional;

/** How a node describes itself in words that other members and tools know, in the store and over HTTP alike. */
public final class SelfDescription {
    /** What the protocol calls the version of the software; others branch on it. */
    public static final String PROTOCOL_VERSION = "4.1.4";

    private SelfDescription() {}

    /** What the server is doing, as far as the operation under way and the server itself tell. */
    public static MemberState state(Optional<RunningOperation> running, DatabaseStatus database, boolean restarting) {
        MemberState state = state(running, database);
        boolean inBetween =
                state == MemberState.STOPPING || state == MemberState.STOPPED || state == MemberState.STARTING;
        return restarting && inBetween ? MemberState.RESTARTING : state;
    }

    private static MemberState state(Optional<RunningOperation> running, DatabaseStatus database) {
        if (running.isPresent() && running.get().is(Operation.CreateCluster.class)) {
            return MemberState.INITIALIZING;
        }
        boolean copying = running.isPresent()
                && (running.get().is(Operation.Clone.class) || running.get().is(Operation.Restore.class));
        if (copying) {
            return MemberState.CREATING_REPLICA;
        }
        if (running.isPresent() && running.get().is(Operation.Stop.class)) {
            return MemberState.STOPPING;
        }
        boolean starting = running.isPresent()
                && (running.get().is(Operation.StartPrimary.class)
                        || running.get().is(Operation.StartStandby.class));
        return switch (database.state()) {
            case PRIMARY, STANDBY -> MemberState.RUNNING;
            case STARTING -> MemberState.STARTING;
            case UNRESPONSIVE -> MemberState.UNKNOWN;
            case CRASHED -> starting ? MemberState.STARTING : MemberState.CRASHED;
            case STOPPED, ABSENT, INCOMPLETE -> starting ? MemberState.STARTING : MemberState.STOPPED;
        };
    }

    /**
     * What the server is to others; a standby that leads is the leader of a standby cluster, unless it has been told to promote
     * itself: whoever reads that role may let another cluster accept writes.
     */
    public static Role role(DatabaseStatus database, boolean leadsStandbyCluster) {
        return switch (database.state()) {
            case PRIMARY -> Role.PRIMARY;
            case STANDBY -> leadsStandbyCluster && database.standbyData() ? Role.STANDBY_LEADER : Role.REPLICA;
            case ABSENT, INCOMPLETE -> Role.UNINITIALIZED;
            case STARTING, UNRESPONSIVE -> database.standbyData() ? Role.REPLICA : Role.PRIMARY;
            case STOPPED, CRASHED -> database.standbyData() ? Role.REPLICA : Role.DEMOTED;
        };
    }

    /** Where a standby gets its log from at present; absent when it gets none. */
    public static Optional<String> replicationState(DatabaseStatus database) {
        if (!database.is(DatabaseStatus.ServerState.STANDBY)) {
            return Optional.empty();
        }
        if (database.streaming()) {
            return Optional.of("streaming");
        }
        return database.facts().walSource().archive() ? Optional.of("in archive recovery") : Optional.empty();
    }
}
