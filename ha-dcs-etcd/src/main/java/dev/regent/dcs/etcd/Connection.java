package dev.regent.dcs.etcd;

import io.grpc.ManagedChannel;
import java.net.URI;

/** A channel to one endpoint. Thread-safe. */
final class Connection {
    private final URI endpoint;
    private final ManagedChannel channel;
    private volatile boolean proven;

    Connection(URI endpoint, ManagedChannel channel) {
        this.endpoint = endpoint;
        this.channel = channel;
    }

    URI endpoint() {
        return endpoint;
    }

    ManagedChannel channel() {
        return channel;
    }

    /** Whether the endpoint has ever answered over this channel. */
    boolean isProven() {
        return proven;
    }

    void prove() {
        proven = true;
    }
}
