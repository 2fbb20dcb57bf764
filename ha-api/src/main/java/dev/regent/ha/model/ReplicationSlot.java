package dev.regent.ha.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * A replication slot as its server shows it. Immutable.
 *
 * @param position what a physical slot holds WAL from, what the consumer of a logical one has confirmed; zero when there is
 *     no such position
 * @param limit how far it may be advanced here without loss: no further than this server has replayed, and a physical one
 *     not into WAL that the server keeps for its own recovery anyway
 * @param held bytes of WAL between what it holds WAL from and the end of the log
 */
public record ReplicationSlot(SlotKind kind, Lsn position, Lsn limit, long held, Set<Trait> traits) {

    /** What is to be known of a slot besides its positions. */
    public enum Trait {
        /** Somebody uses it at this moment. */
        ACTIVE,
        /** It holds back vacuum on behalf of a standby, too. */
        HOLDS_ROWS,
        /** The WAL that it needs is gone, or it has been invalidated: it is of no use any more. */
        LOST,
        /** PostgreSQL itself is to bring it to standbys. */
        FAILOVER,
        /** PostgreSQL itself has brought it to this standby. */
        SYNCED,
        /** A logical one on a standby that may lack what it needs, if this standby were promoted now. */
        UNSAFE
    }

    public ReplicationSlot {
        traits = Set.copyOf(traits);
    }

    /** A physical slot that nobody uses. */
    public static ReplicationSlot physical(Lsn position) {
        return new ReplicationSlot(SlotKind.physical(), position, new Lsn(Long.MAX_VALUE), 0, Set.of());
    }

    public boolean is(Trait trait) {
        return traits.contains(trait);
    }

    public ReplicationSlot with(Trait another) {
        Set<Trait> more = EnumSet.of(another);
        more.addAll(traits);
        return new ReplicationSlot(kind, position, limit, held, more);
    }

    /** PostgreSQL itself takes care of it. */
    public boolean isServersOwn() {
        return is(Trait.FAILOVER) && is(Trait.SYNCED);
    }
}
