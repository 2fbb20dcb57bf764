package dev.regent.dcs.etcd;

import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.util.Optional;

/** One watch stream from its opening to its end, after which there must be another one. Thread-safe. */
final class WatchStream {
    /** What happens on the stream, told on the I/O thread. */
    interface Listener {
        void onResponse(WatchResponse response);

        /** The stream is of no use any more. May be told more than once. */
        void onEnd(Status status);
    }

    private static final Metadata.Key<String> REQUIRE_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private final Connection connection;
    private final Attempt attempt;
    private volatile boolean established;
    private volatile Optional<ClientCallStreamObserver<WatchRequest>> requests = Optional.empty();

    WatchStream(Connection connection, Attempt attempt) {
        this.connection = connection;
        this.attempt = attempt;
    }

    Connection connection() {
        return connection;
    }

    /** Whether etcd has confirmed that it watches. */
    boolean isEstablished() {
        return established;
    }

    void open(EtcdKeys keys, Listener listener) {
        WatchCreateRequest everything = WatchCreateRequest.newBuilder()
                .setKey(keys.firstKey())
                .setRangeEnd(keys.endKey())
                .build();
        // A member that has lost sight of its leader sees no changes: it shall end the stream rather than keep silent.
        Metadata headers = new Metadata();
        headers.put(REQUIRE_LEADER, "true");
        WatchGrpc.newStub(attempt.over(connection.channel()))
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .watch(new Responses(listener))
                .onNext(WatchRequest.newBuilder().setCreateRequest(everything).build());
    }

    void cancel() {
        requests.ifPresent(stream -> stream.cancel("no longer needed", null));
    }

    private final class Responses implements ClientResponseObserver<WatchRequest, WatchResponse> {
        private final Listener listener;

        Responses(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
            requests = Optional.of(stream);
        }

        @Override
        public void onNext(WatchResponse response) {
            if (response.getCreated() && !response.getCanceled()) {
                established = true;
            }
            listener.onResponse(response);
        }

        @Override
        public void onError(Throwable failed) {
            listener.onEnd(Status.fromThrowable(failed));
        }

        @Override
        public void onCompleted() {
            listener.onEnd(Status.UNAVAILABLE.withDescription("it ended the watch"));
        }
    }
}
