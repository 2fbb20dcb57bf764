package dev.regent.ha.decision;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.model.Upstream;
import dev.regent.ha.spi.StopMode;
import java.util.Optional;

/**
 * How a member of a standby cluster, be it the leader or not, comes to follow: what has diverged has diverged from the remote
 * server, and is rewound to it. While that does not answer, or is a standby itself, nothing is rewound, and a server that is
 * down is started all the same: it serves those who read, and can be promoted should the remote cluster be lost.
 */
final class FollowingRemote {
    private FollowingRemote() {}

    /** The next step of a server that is down. */
    static Decision start(Snapshot now, Optional<Upstream> upstream, Reason reason) {
        return switch (divergence(now)) {
            case NONE, UNKNOWN -> Decision.of(new Operation.StartStandby(upstream), reason);
            case DIVERGED -> rewind(now).orElse(Decision.of(new Operation.StartStandby(upstream), reason));
            case DIVERGED_BEYOND_REWIND -> Decision.waiting(Reason.DIVERGED_AND_CANNOT_REWIND);
        };
    }

    /** What a server that runs and does not receive must do before it can. */
    static Optional<Decision> whileDiverged(Snapshot now) {
        return divergence(now) == Divergence.DIVERGED
                        && now.database().canRewind()
                        && rewindSource(now).isPresent()
                ? Optional.of(Decision.of(new Operation.Stop(StopMode.FAST), Reason.DIVERGED_FROM_REMOTE))
                : Optional.empty();
    }

    /** Why a server that runs does not receive. */
    static Reason whyQuiet(Snapshot now, Reason otherwise) {
        return divergence(now) == Divergence.DIVERGED && rewindSource(now).isPresent()
                ? Reason.DIVERGED_AND_CANNOT_REWIND
                : otherwise;
    }

    private static Optional<Decision> rewind(Snapshot now) {
        return rewindSource(now)
                .map(source -> now.database().canRewind()
                        ? Decision.of(new Operation.Rewind(source), Reason.DIVERGED_FROM_REMOTE)
                        : Decision.waiting(Reason.DIVERGED_AND_CANNOT_REWIND));
    }

    /** Nobody can rewind to a server that is a standby itself. */
    private static Optional<Upstream> rewindSource(Snapshot now) {
        return now.remote().filter(remote -> !remote.inRecovery()).flatMap(remote -> Upstreams.remote(now));
    }

    private static Divergence divergence(Snapshot now) {
        Optional<RemoteStatus> remote = now.remote().filter(answer -> isSameCluster(answer, now.database()));
        return remote.map(answer -> Divergence.ofRemote(now.database(), answer)).orElse(Divergence.UNKNOWN);
    }

    private static boolean isSameCluster(RemoteStatus remote, DatabaseStatus database) {
        return database.systemId().filter(remote.systemId()::equals).isPresent();
    }
}
