package dev.regent.testkit.sim;

/**
 * The stream of one standby from its upstream. What was sent when either side ends, or while the link is cut, does not
 * arrive. Used by one thread.
 */
final class Stream {
    private static final long SHORTEST_PATIENCE = 2 * EventQueue.SECOND;
    private static final long LONGEST_PATIENCE = 40 * EventQueue.SECOND;

    private final SimServer upstream;
    private final SimServer standby;
    private final SimNetwork network;
    private final EventQueue queue;
    private final Dice dice;
    private boolean closed;
    private boolean busy;
    private boolean caughtUp;
    private boolean doubted;
    private int flushed;

    Stream(SimServer upstream, SimServer standby, SimNetwork network, EventQueue queue, Dice dice) {
        this.upstream = upstream;
        this.standby = standby;
        this.network = network;
        this.queue = queue;
        this.dice = dice;
    }

    SimServer upstream() {
        return upstream;
    }

    SimServer standby() {
        return standby;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether the standby had once received everything that there was. */
    boolean isCaughtUp() {
        return caughtUp;
    }

    /** What the upstream knows the standby to have flushed. */
    int flushed() {
        return flushed;
    }

    void close() {
        closed = true;
    }

    /** Sends what is new, unless something is on its way already. */
    void pump() {
        if (closed
                || busy
                || (caughtUp && standby.wal().count() >= upstream.wal().count())) {
            return;
        }
        busy = true;
        int target = upstream.wal().count();
        queue.after(network.delay(dice), () -> arrive(target));
    }

    private void arrive(int target) {
        busy = false;
        if (closed || !isOpen()) {
            return;
        }
        standby.receive(upstream, target);
        if (target >= upstream.wal().count()) {
            caughtUp = true;
        }
        confirm();
        pump();
    }

    /** The standby tells how far it has come. */
    private void confirm() {
        int reached = standby.wal().count();
        queue.after(network.delay(dice), () -> {
            if (!closed && isOpen()) {
                flushed = Math.max(flushed, reached);
                upstream.confirmed();
            }
        });
    }

    private boolean isOpen() {
        return !upstream.isFrozen() && !standby.isFrozen() && network.isOpen(upstream.name(), standby.name());
    }

    /** Hands over everything at once, as a server that shuts down does before it ends. */
    void flush() {
        if (!closed && isOpen()) {
            standby.receive(upstream, upstream.wal().count());
        }
    }

    /** A link, or one of the servers, has stopped working or works again. */
    void changed() {
        if (closed) {
            return;
        }
        if (isOpen()) {
            confirm();
            pump();
        } else if (!doubted) {
            doubted = true;
            queue.after(dice.between(SHORTEST_PATIENCE, LONGEST_PATIENCE), this::giveUp);
        }
    }

    private void giveUp() {
        doubted = false;
        if (!closed && !isOpen()) {
            closed = true;
            upstream.lost(this);
            standby.lost(this);
        }
    }
}
