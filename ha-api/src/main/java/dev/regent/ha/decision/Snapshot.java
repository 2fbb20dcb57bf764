package dev.regent.ha.decision;

import dev.regent.ha.model.DatabaseStatus;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.HaConfig;
import dev.regent.ha.model.NodeName;
import dev.regent.ha.model.NodeSettings;
import dev.regent.ha.model.RemoteStatus;
import dev.regent.ha.spi.PeerStatus;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a decision depends on, at one moment. Immutable.
 *
 * @param sessionLeft how long this node surely keeps the leadership if it can tell the store nothing more: by its session, or
 *     by the word of all members; zero when it does not lead
 * @param finished how each kind of operation ended when it was last done, by its class
 * @param peers answers of the members that were asked in this cycle
 * @param remote what the server that a standby cluster follows has said, if it was asked in this cycle and has answered
 * @param unappliedConfig the cluster-wide configuration when the server has not taken it over yet
 * @param vacantFor how long nobody has led, as far as this node has seen
 * @param walGrewAgo how long ago a standby's log was last seen to grow; absent when it never was
 * @param orders what people ask of this node
 * @param watchdogProblem what is wrong with the watchdog that this node needs to lead
 * @param failsafe how failsafe mode stands at this node
 */
public record Snapshot(
        NodeSettings node,
        Knowledge knowledge,
        DatabaseStatus database,
        Duration sessionLeft,
        Optional<RunningOperation> operation,
        Map<Class<? extends Operation>, FinishedOperation> finished,
        Map<NodeName, PeerStatus> peers,
        Optional<RemoteStatus> remote,
        HaConfig config,
        Optional<DynamicConfig> unappliedConfig,
        Duration vacantFor,
        Optional<Duration> walGrewAgo,
        NodeOrders orders,
        Optional<String> watchdogProblem,
        FailsafeState failsafe,
        OffsetDateTime now) {

    public Snapshot {
        finished = Map.copyOf(finished);
        peers = Map.copyOf(peers);
    }

    public NodeName self() {
        return node.name();
    }

    /** Whether this node was told to leave. */
    public boolean shuttingDown() {
        return orders.leavingFor().isPresent();
    }

    /** The same moment, but for the operation that was begun or has ended since. */
    public Snapshot with(Optional<RunningOperation> newOperation) {
        return new Snapshot(
                node,
                knowledge,
                database,
                sessionLeft,
                newOperation,
                finished,
                peers,
                remote,
                config,
                unappliedConfig,
                vacantFor,
                walGrewAgo,
                orders,
                watchdogProblem,
                failsafe,
                now);
    }

    /** The same moment, but for what members have said of themselves. */
    Snapshot with(Map<NodeName, PeerStatus> newPeers) {
        return new Snapshot(
                node,
                knowledge,
                database,
                sessionLeft,
                operation,
                finished,
                newPeers,
                remote,
                config,
                unappliedConfig,
                vacantFor,
                walGrewAgo,
                orders,
                watchdogProblem,
                failsafe,
                now);
    }

    Optional<FinishedOperation> last(Class<? extends Operation> kind) {
        return Optional.ofNullable(finished.get(kind));
    }

    /** Whether the last attempt failed, and so short a while ago that others should have their turn before the next. */
    boolean hasJustFailedTo(Class<? extends Operation> kind) {
        return last(kind).filter(FinishedOperation::isTooEarlyToRetry).isPresent();
    }

    /** Whether somebody who was asked first has just said no to it. */
    boolean hasJustBeenRefusedTo(Class<? extends Operation> kind) {
        return hasJustFailedTo(kind)
                && last(kind).filter(FinishedOperation::refused).isPresent();
    }

    boolean isBeyondLoopWait(Duration time) {
        return time.compareTo(config.loopWait()) >= 0;
    }

    /** Whether a primary must fence itself now because it cannot be sure to lead for much longer. */
    boolean isSessionRunningOut() {
        return sessionLeft.compareTo(config.fenceMargin()) <= 0;
    }

    /** Whether this node leads for long enough to do something about it: as just read, or when blind, as last read. */
    boolean isSureToLead() {
        boolean told =
                !(knowledge instanceof Knowledge.Seen seen) || seen.view().isSurelyLedBy(self());
        return told && !isSessionRunningOut();
    }
}
