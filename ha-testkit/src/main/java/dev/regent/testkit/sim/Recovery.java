package dev.regent.testkit.sim;

import dev.regent.ha.model.Upstream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server's life as a standby: whom it streams from, what it has replayed. Used by one thread. */
final class Recovery {
    private static final long FIRST_CONNECT = 20 * EventQueue.MILLISECOND;
    private static final long SHORTEST_RECONNECT = EventQueue.SECOND;
    private static final long LONGEST_RECONNECT = 5 * EventQueue.SECOND;
    private static final double RESTART_POINT = 0.2;

    private final SimServer server;
    private final SimNetwork network;
    private final EventQueue queue;
    private final Dice dice;
    private Optional<Upstream> upstream = Optional.empty();
    private @Nullable Stream stream;
    private int replayed;
    private boolean held;

    Recovery(SimServer server, SimNetwork network, EventQueue queue, Dice dice) {
        this.server = server;
        this.network = network;
        this.queue = queue;
        this.dice = dice;
    }

    Optional<Upstream> upstream() {
        return upstream;
    }

    int replayed() {
        return replayed;
    }

    /** The server that it receives from at this moment. */
    Optional<SimServer> source() {
        return stream == null || stream.isClosed() ? Optional.empty() : Optional.of(stream.upstream());
    }

    void configure(Optional<Upstream> next) {
        upstream = next;
    }

    /** The server has come up: everything in its log has been replayed. */
    void begin() {
        replayed = server.wal().count();
        connectAfter(FIRST_CONNECT);
    }

    void follow(Optional<Upstream> next) {
        upstream = next;
        disconnect();
        connectAfter(FIRST_CONNECT);
    }

    /** Ends with everything replayed, as before a promotion. */
    void end() {
        disconnect();
        replayed = server.wal().count();
        upstream = Optional.empty();
    }

    /** Replays nothing until told otherwise. */
    void hold(boolean holds) {
        held = holds;
        if (!held && server.isInRecovery()) {
            replayed = server.wal().count();
        }
    }

    void receive(SimWal source, int target) {
        server.directory().receive(source, target);
        if (!held) {
            replayed = server.wal().count();
        }
        if (dice.chance(RESTART_POINT)) {
            server.directory().restartPoint(replayed);
        }
    }

    void disconnect() {
        if (stream != null) {
            stream.close();
            stream.upstream().lost(stream);
            stream = null;
        }
    }

    /** The stream has ended, unless it was another server's. */
    void lost(Stream gone) {
        if (gone == stream) {
            stream = null;
            connectAfter(dice.between(FIRST_CONNECT, LONGEST_RECONNECT));
        }
    }

    void linksChanged() {
        if (stream != null) {
            stream.changed();
        }
    }

    private void connectAfter(long delay) {
        server.inLife(delay, this::connect);
    }

    private void connect() {
        if (!server.isInRecovery() || upstream.isEmpty() || source().isPresent()) {
            return;
        }
        Optional<SimServer> source =
                network.at(upstream.get()).filter(found -> StreamRules.mayStream(server, found, network));
        if (source.isEmpty()) {
            connectAfter(dice.between(SHORTEST_RECONNECT, LONGEST_RECONNECT));
            return;
        }
        SimWal wal = server.wal();
        wal.truncate(Math.max(replayed, wal.commonPrefix(source.get().wal())));
        stream = new Stream(source.get(), server, network, queue, dice);
        source.get().replicas().add(stream);
        stream.pump();
    }
}
