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
import java.util.Optional;

/**
 * One try of one request: adds the deadline and the login token, and notes whether anything was sent. Thread-safe.
 */
final class Attempt {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private final Optional<Deadline> deadline;
    private final Optional<String> token;
    private volatile boolean sent;

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

    /** Whether the request was handed to a live connection: only then can the server have acted on it. */
    boolean isSent() {
        return sent;
    }

    private final class Interceptor implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions given, Channel next) {
            CallOptions traced = given.withStreamTracerFactory(new SentTracer());
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

    private final class SentTracer extends ClientStreamTracer.Factory {
        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void streamCreated(Attributes transport, Metadata sentHeaders) {
                    sent = true;
                }
            };
        }
    }
}
