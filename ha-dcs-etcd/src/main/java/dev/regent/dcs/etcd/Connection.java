package dev.regent.dcs.etcd;

import io.grpc.ManagedChannel;
import java.net.URI;

/** A channel to one endpoint. Thread-safe. */
record Connection(URI endpoint, ManagedChannel channel) {}
