package dev.regent.dcs.etcd;

import dev.regent.ha.spi.DcsException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the connection to the endpoint that last answered, and replaces it by one to the next endpoint when told that it
 * failed. A new channel rather than a repaired one, because gRPC waits up to two minutes between its own attempts to
 * reconnect. Thread-safe.
 */
final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private static final int CLOSE_SECONDS = 1;

    private final List<URI> endpoints;
    private final ChannelFactory channels;
    private int next;
    private Optional<Connection> current = Optional.empty();
    private final List<Connection> retired = new ArrayList<>();
    private boolean troubled;
    private boolean closed;

    Connections(List<URI> endpoints, ChannelFactory channels) {
        this.endpoints = endpoints;
        this.channels = channels;
    }

    synchronized Connection current() throws DcsException {
        if (closed) {
            throw new DcsException("expected an open client of etcd, found one that was closed");
        }
        if (current.isEmpty()) {
            URI endpoint = endpoints.get(next);
            current = Optional.of(new Connection(endpoint, channels.open(endpoint)));
        }
        return current.get();
    }

    synchronized boolean isCurrent(Connection connection) {
        return current.filter(connection::equals).isPresent();
    }

    /** Ends trouble, if there was any. */
    synchronized void answered(Connection connection) {
        connection.prove();
        if (troubled && isCurrent(connection)) {
            troubled = false;
            LOG.info("etcd answers at {}", connection.endpoint());
        }
    }

    /**
     * Moves on to the next endpoint, unless that was done already. Requests of others that are still under way on the old
     * connection run to their own deadline.
     */
    synchronized void failed(Connection connection, String why) {
        if (!isCurrent(connection)) {
            return;
        }
        retire(connection);
        current = Optional.empty();
        next = (next + 1) % endpoints.size();
        if (!troubled) {
            // Once per outage: while nothing answers, going round in circles is not news.
            troubled = true;
            LOG.warn("etcd at {} failed ({}); tries {} next", connection.endpoint(), why, endpoints.get(next));
        }
    }

    private void retire(Connection connection) {
        connection.channel().shutdown();
        retired.removeIf(old -> old.channel().isTerminated());
        retired.add(connection);
    }

    @Override
    public void close() {
        List<Connection> open;
        synchronized (this) {
            closed = true;
            open = Stream.concat(current.stream(), retired.stream()).toList();
            current = Optional.empty();
        }
        open.forEach(connection -> connection.channel().shutdownNow());
        open.forEach(Connections::awaitEnd);
    }

    private static void awaitEnd(Connection connection) {
        try {
            if (!connection.channel().awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("The connection to {} is still closing", connection.endpoint());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
