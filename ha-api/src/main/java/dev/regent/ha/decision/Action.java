package dev.regent.ha.decision;

import dev.regent.ha.model.ClusterView;
import dev.regent.ha.model.DynamicConfig;
import dev.regent.ha.model.Lsn;
import dev.regent.ha.model.SyncState;
import dev.regent.ha.spi.Expected;
import java.time.Duration;
import java.util.Optional;

/**
 * The one thing to do next. A new action does not compile until every {@link Handler} knows it; everything that is done to
 * the server is an {@link Operation}. Immutable.
 */
public sealed interface Action
        permits Action.Wait,
                Action.CancelOperation,
                Action.ClaimInitialization,
                Action.RecordSystemId,
                Action.PublishConfig,
                Action.ClaimLeadership,
                Action.ReleaseLeadership,
                Action.ConsumeRequest,
                Action.WriteSync,
                Action.DropSync,
                Action.Finish,
                Action.Abandon,
                OrderStep,
                Operation {
    Action WAIT = new Wait(Wait.LONGEST);
    Action CANCEL_OPERATION = new CancelOperation();
    Action FINISH = new Finish();
    Action ABANDON = new Abandon();

    <E extends Exception> boolean accept(Handler<E> handler) throws E;

    /**
     * Does each action; true when it changed something, so that the next cycle starts at once.
     *
     * @param <E> what may go wrong
     */
    interface Handler<E extends Exception> {
        boolean doNothing(Wait action) throws E;

        boolean begin(Operation operation) throws E;

        boolean cancelOperation() throws E;

        boolean claimInitialization() throws E;

        boolean recordSystemId(RecordSystemId action) throws E;

        boolean publishConfig(PublishConfig action) throws E;

        boolean claimLeadership(ClaimLeadership action) throws E;

        boolean releaseLeadership(ReleaseLeadership action) throws E;

        boolean consumeRequest(ConsumeRequest action) throws E;

        boolean writeSync(WriteSync action) throws E;

        boolean dropSync(DropSync action) throws E;

        boolean takeOrderStep(OrderStep step) throws E;

        boolean finish() throws E;

        boolean abandon() throws E;
    }

    /** Everything is as it should be, or must be waited for: for so long at most if nothing happens before. */
    record Wait(Duration atMost) implements Action {
        static final Duration LONGEST = Duration.ofDays(1);

        @Override
        public <E extends Exception> boolean accept(Handler<E> handler) throws E {
            return handler.doNothing(this);
        }
    }

    /** Interrupt the operation under way; it ends when it notices. */
    record CancelOperation() implements Action {
        @Override
        public <E extends Exception> boolean accept(Handler<E> handler) throws E {
            return handler.cancelOperation();
        }
    }

    /** Win the right to create the cluster; it is lost with the session. */
    record ClaimInitialization() implements Action {
        @Override
        public <E extends Exception> boolean accept(Handler<E> handler) throws E {
            return handler.claimInitialization();
        }
    }

    /** Say for good to which data the cluster belongs. */
    record RecordSystemId(String systemId, Expected expected) implements Action {
        @Override
        public <E extends Exception> boolean accept(Handler<E> handler) throws E {
            return handler.recordSystemId(this);
        }
    }

    /** Write the cluster-wide configuration where there is none. */
    record PublishConfig(DynamicConfig config) implements Action {
        @Override
        public <E extends Exception> boolean accept(Handler<E> handler) throws E {
            return handler.publishConfig(this);
        }
    }

    /** Take the vacant leader entry, or bind one that an earlier life of this node has left to the present session. */
    record ClaimLeadership(Expected expected) implements Action {
        @Override
        public <E extends Exception> boolean accept(Handler<E> handler) throws E {
            return handler.claimLeadership(this);
        }
    }

    /** Give the leader entry away, saying how far the log reaches if the server was shut down cleanly. */
    record ReleaseLeadership(long revision, Optional<Lsn> finalPosition) implements Action {
        @Override
        public <E extends Exception> boolean accept(Handler<E> handler) throws E {
            return handler.releaseLeadership(this);
        }
    }

    /** The request of a person is fulfilled, or cannot be. */
    record ConsumeRequest(long revision) implements Action {
        @Override
        public <E extends Exception> boolean accept(Handler<E> handler) throws E {
            return handler.consumeRequest(this);
        }
    }

    /** Say who holds every acknowledged commit. */
    record WriteSync(SyncState next) implements Action {
        @Override
        public <E extends Exception> boolean accept(Handler<E> handler) throws E {
            return handler.writeSync(this);
        }
    }

    /** Synchronous replication is off: any member may be promoted. */
    record DropSync(long revision) implements Action {
        @Override
        public <E extends Exception> boolean accept(Handler<E> handler) throws E {
            return handler.dropSync(this);
        }
    }

    /** The node has left the cluster in good order: end the loop. */
    record Finish() implements Action {
        @Override
        public <E extends Exception> boolean accept(Handler<E> handler) throws E {
            return handler.finish();
        }
    }

    /** The node does not belong here: end the loop without touching server or data. */
    record Abandon() implements Action {
        @Override
        public <E extends Exception> boolean accept(Handler<E> handler) throws E {
            return handler.abandon();
        }
    }

    /** The expectation under which leadership may be claimed given what was read. */
    static ClaimLeadership claim(ClusterView view) {
        return new ClaimLeadership(
                view.leader().map(entry -> Expected.at(entry.revision())).orElse(Expected.ABSENT));
    }
}
