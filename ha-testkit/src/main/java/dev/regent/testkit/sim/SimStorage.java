package dev.regent.testkit.sim;

import dev.regent.ha.model.ServerHealth;
import dev.regent.ha.model.ServerHealth.Finding;
import java.util.Optional;

/** What is wrong, for a while, with the storage that a server's data is on. Used by one thread. */
final class SimStorage {
    private Finding finding = Finding.WELL;
    private long since;
    private long until;

    /** From now on, for so long at most. */
    void fail(Finding how, long now, long atMost) {
        finding = how;
        since = now;
        until = now + atMost;
    }

    /** For how long a process that is killed now waits for it before it ends. */
    long holdsProcessesFor(long now) {
        return finding == Finding.STORAGE_HANGS ? Math.max(0, until - now) : 0;
    }

    void recover() {
        finding = Finding.WELL;
    }

    /** Whether a server can write to it. */
    boolean takesWrites() {
        return !finding.keepsFromServing();
    }

    ServerHealth health(long now) {
        return finding == Finding.WELL
                ? ServerHealth.WELL
                : new ServerHealth(finding, "its storage fails", EventQueue.toDuration(now - since), Optional.empty());
    }
}
