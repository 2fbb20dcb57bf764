package dev.regent.ctl;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code regentctl list} of a cluster that there is not, over an etcd that is none: it loads the classes that a program needs
 * to start, so that the JVM can make an archive of them where there is no store.
 */
public final class Rehearsal {
    private static final String CLUSTER = "/service/rehearsal/";

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException {
        Server etcd = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Entries())
                .build()
                .start();
        Path config = Files.createTempFile("regent-rehearsal", ".yml");
        config.toFile().deleteOnExit();
        Files.writeString(config, "scope: rehearsal\netcd3: {hosts: ['127.0.0.1:" + etcd.getPort() + "']}\n");
        Regentctl.main(new String[] {"-c", config.toString(), "list"});
    }

    private static final class Entries extends KVGrpc.KVImplBase {
        @Override
        public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
            answer.onNext(RangeResponse.newBuilder()
                    .addKvs(entry("initialize", "7000000000000000001"))
                    .addKvs(entry("config", "{\"ttl\":30,\"loop_wait\":10,\"retry_timeout\":10}"))
                    .addKvs(entry("leader", "node1"))
                    .addKvs(entry("status", "{\"optime\":67108864}"))
                    .addKvs(entry("members/node1", member("primary", "")))
                    .addKvs(entry(
                            "members/node2", member("replica", ",\"receive_lsn\":67108864,\"replay_lsn\":67108864")))
                    .build());
            answer.onCompleted();
        }

        private static String member(String role, String more) {
            return "{\"conn_url\":\"postgres://127.0.0.1:5432/postgres\",\"api_url\":\"http://127.0.0.1:8008/patroni\","
                    + "\"state\":\"running\",\"role\":\"" + role + "\",\"version\":\"4.1.4\",\"timeline\":1,"
                    + "\"xlog_location\":67108864" + more + "}";
        }

        private static KeyValue entry(String key, String value) {
            return KeyValue.newBuilder()
                    .setKey(ByteString.copyFromUtf8(CLUSTER + key))
                    .setValue(ByteString.copyFromUtf8(value))
                    .setModRevision(1)
                    .build();
        }
    }
}
