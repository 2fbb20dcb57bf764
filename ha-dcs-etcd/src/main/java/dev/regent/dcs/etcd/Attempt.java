package dev.regent.dcs.etcd;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ClientStreamTracer;
import io.grpc.Deadline;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.util.Optional;

/**
 * One try of one request: adds the deadline and the login token, and notes how far the request got. Thread-safe.
 */
final class Attempt {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private final Optional<Deadline> deadline;
    private final Optional<String> token;
    private volatile boolean handedOver;
    private volatile boolean written;

    private Attempt(Optional<Deadline> deadline, Optional<String> token) {
        this.deadline = deadline;
        this.token = token;
    }

    static Attempt until(Deadline deadline, Optional<String> token) {
        return new Attempt(Optional.of(deadline), token);
    }

    /** For streams, which stay open until cancelled. */
    static Attempt withoutEnd(Optional<String> token) {
        return new Attempt(Optional.empty(), token);
    }

    /** The channel to send this try over. */
    Channel over(Channel channel) {
        return ClientInterceptors.intercept(channel, new Interceptor());
    }

    /**
     * Whether the server can have acted on the request, which ended with this status. It cannot when no live connection
     * took the request, or when the connection broke before the beginning of the request was written to it.
     */
    boolean mayHaveArrived(Status status) {
        return written || (handedOver && !(status.getCause() instanceof IOException));
    }

    private final class Interceptor implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions given, Channel next) {
            CallOptions traced = given.withStreamTracerFactory(new Tracer());
            CallOptions options = deadline.map(traced::withDeadline).orElse(traced);
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    token.ifPresent(value -> headers.put(TOKEN, value));
                    super.start(listener, headers);
                }
            };
        }
    }

    private final class Tracer extends ClientStreamTracer.Factory {
        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void streamCreated(Attributes transport, Metadata sentHeaders) {
                    handedOver = true;
                }

                @Override
                public void outboundHeaders() {
                    written = true;
                }
            };
        }
    }
}
