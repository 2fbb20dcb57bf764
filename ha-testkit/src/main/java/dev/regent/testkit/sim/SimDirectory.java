package dev.regent.testkit.sim;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server's data directory: what survives the end of its process. Used by one thread. */
final class SimDirectory {
    /** What it holds. */
    enum Content {
        ABSENT,
        INCOMPLETE,
        USABLE
    }

    private Content content = Content.ABSENT;
    private SimWal wal = new SimWal();
    private @Nullable String systemId;
    private boolean standby;
    private boolean cleanlyStopped;
    private Optional<Integer> downPosition = Optional.empty();
    private int controlTimeline = 1;
    private int newestTimelineSeen = 1;
    private int minimumRecovery;
    private final SimStorage storage = new SimStorage();

    SimStorage storage() {
        return storage;
    }

    Content content() {
        return content;
    }

    boolean isUsable() {
        return content == Content.USABLE;
    }

    SimWal wal() {
        return wal;
    }

    Optional<String> systemId() {
        return Optional.ofNullable(systemId);
    }

    /** Whether the signal file is there. */
    boolean isStandby() {
        return standby;
    }

    boolean isCleanlyStopped() {
        return cleanlyStopped;
    }

    /** The location that the control file tells of; of no use after the crash of a primary. */
    Optional<Integer> downPosition() {
        return downPosition;
    }

    int controlTimeline() {
        return controlTimeline;
    }

    void markIncomplete() {
        content = Content.INCOMPLETE;
    }

    void create(String newSystemId, long firstRecord) {
        wal = new SimWal();
        wal.append(firstRecord);
        systemId = newSystemId;
        leaveStopped(false, wal.count(), 1);
    }

    void copy(SimDirectory source) {
        wal = new SimWal();
        wal.copy(source.wal, source.wal.count());
        systemId = source.systemId;
        leaveStopped(true, wal.count(), wal.timeline());
    }

    /** Becomes a standby's without other change; a crash is recovered from. */
    void becomeStandby() {
        int position = cleanlyStopped ? downPosition.orElse(wal.count()) : wal.count();
        leaveStopped(true, position, wal.timeline());
    }

    private void leaveStopped(boolean asStandby, int position, int timeline) {
        content = Content.USABLE;
        standby = asStandby;
        cleanlyStopped = true;
        downPosition = Optional.of(position);
        controlTimeline = timeline;
        minimumRecovery = position;
        seen();
    }

    void lose() {
        content = Content.ABSENT;
        systemId = null;
        wal = new SimWal();
        newestTimelineSeen = 1;
    }

    private void seen() {
        newestTimelineSeen = Math.max(newestTimelineSeen, wal.timeline());
    }

    void startAs(boolean asStandby) {
        standby = asStandby;
    }

    /** The server has come up. */
    void opened() {
        cleanlyStopped = false;
        if (!standby) {
            checkpoint();
        }
    }

    void checkpoint() {
        controlTimeline = wal.timeline();
    }

    /** A new timeline begins, with a number above all that this server has seen; nobody else is asked. */
    void promote(long firstRecord) {
        newestTimelineSeen++;
        wal.switchTo(newestTimelineSeen);
        wal.append(firstRecord);
        standby = false;
    }

    void receive(SimWal source, int target) {
        if (target > wal.count()) {
            wal.copy(source, target);
            seen();
        }
    }

    /** A restart point of a standby: what was replayed so far will be replayed again at least. */
    void restartPoint(int replayed) {
        minimumRecovery = replayed;
    }

    /** The shutdown checkpoint of a primary. */
    void shutDown(long checkpointRecord) {
        downPosition = Optional.of(wal.count());
        wal.append(checkpointRecord);
        checkpoint();
        cleanlyStopped = true;
    }

    /** A standby has been shut down after it had replayed so much; before it was up when that is absent. */
    void shutDownStandby(Optional<Integer> replayed) {
        downPosition = replayed.or(() -> downPosition);
        controlTimeline = wal.timelineAt(downPosition.orElse(wal.count()));
        cleanlyStopped = true;
    }

    void crash() {
        cleanlyStopped = false;
        downPosition = standby ? Optional.of(minimumRecovery) : Optional.empty();
        if (standby) {
            controlTimeline = wal.timelineAt(minimumRecovery);
        }
    }
}
