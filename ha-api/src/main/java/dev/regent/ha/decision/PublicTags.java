package dev.regent.ha.decision;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DatabaseStatus.ServerState;
import dev.regent.ha.model.Tags;

/** A node's tags as others are to see them now: they say also what it must not be for the moment. */
public final class PublicTags {
    private PublicTags() {}

    public static Tags of(Snapshot now) {
        Tags own = of(now.node().tags(), now.database());
        return SynchronousDuty.isBeingLaidDown(now) ? own.withoutSynchronousDuty() : own;
    }

    /** A standby that is not fit to lead says so in a way that every member understands, Patroni's as well. */
    public static Tags of(Tags own, DatabaseStatus database) {
        boolean unfit = !database.health().isWell() && !database.is(ServerState.PRIMARY);
        return unfit && !own.nofailover() ? own.withoutLeading() : own;
    }
}
