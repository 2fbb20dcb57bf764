package dev.regent.ha.engine;

import dev.regent.ha.model.SyncState;
import dev.regent.ha.spi.DcsException;
import java.util.Optional;

/**
 * Writes the entry of synchronous standbys, and knows of a write that was not answered: it may still take effect, as long as
 * nobody else has written the entry. Used by the cycle's thread.
 */
final class SyncEntry {
    private final ClusterStore store;
    private Optional<Long> unclear = Optional.empty();

    SyncEntry(ClusterStore store) {
        this.store = store;
    }

    boolean write(SyncState next) throws DcsException {
        unclear = next.revision();
        boolean written = store.writeSync(next);
        unclear = Optional.empty();
        return written;
    }

    /** Whether the entry, as it was read, may still be replaced by what was written before. */
    boolean isUnclear(SyncState read) {
        return unclear.isPresent() && unclear.equals(read.revision());
    }

    /** Writes the entry as it is, so that what is late comes too late. */
    boolean settle(SyncState read) throws DcsException {
        boolean settled = store.writeSync(read);
        unclear = Optional.empty();
        return settled;
    }
}
