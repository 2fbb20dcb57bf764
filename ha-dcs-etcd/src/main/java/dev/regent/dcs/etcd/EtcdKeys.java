package dev.regent.dcs.etcd;

import com.google.protobuf.ByteString;
import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Entries;
import dev.regent.ha.spi.Entries.Entry;
import dev.regent.ha.spi.Expected;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.TxnRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads and writes the keys below the prefix. Thread-safe. */
final class EtcdKeys {
    static final long NO_LEASE = 0;

    private final Calls calls;
    private final String prefix;

    EtcdKeys(Calls calls, String prefix) {
        this.calls = calls;
        this.prefix = prefix;
    }

    /** The text under which entries show the session of a lease: the number as {@code etcdctl lease list} writes it. */
    static String sessionId(long lease) {
        return Long.toHexString(lease);
    }

    static boolean isLeaseGone(StatusRuntimeException failed) {
        return failed.getStatus().getCode() == Status.Code.NOT_FOUND;
    }

    ByteString firstKey() {
        return ByteString.copyFromUtf8(prefix);
    }

    /** The first key after those that begin with the prefix; a prefix ends with a slash, which 0 follows. */
    ByteString endKey() {
        return ByteString.copyFromUtf8(prefix.substring(0, prefix.length() - 1) + "0");
    }

    Entries read() throws DcsException {
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(firstKey())
                .setRangeEnd(endKey())
                .build();
        return calls.repeatable("read " + prefix, channel -> {
            Map<String, Entry> byKey = new HashMap<>();
            for (KeyValue pair : KVGrpc.newBlockingStub(channel).range(request).getKvsList()) {
                byKey.put(pair.getKey().toStringUtf8().substring(prefix.length()), entry(pair));
            }
            return new Entries(byKey);
        });
    }

    private static Entry entry(KeyValue pair) {
        Optional<String> session =
                pair.getLease() == NO_LEASE ? Optional.empty() : Optional.of(sessionId(pair.getLease()));
        return new Entry(pair.getValue().toStringUtf8(), pair.getModRevision(), session);
    }

    /** Puts with a lease, or with none; false also when the lease is gone. */
    boolean put(String key, String value, Expected expected, long lease) throws DcsException {
        PutRequest put = PutRequest.newBuilder()
                .setKey(absolute(key))
                .setValue(ByteString.copyFromUtf8(value))
                .setLease(lease)
                .build();
        return transact(
                "write " + prefix + key, key, expected, RequestOp.newBuilder().setRequestPut(put));
    }

    boolean delete(String key, Expected expected) throws DcsException {
        DeleteRangeRequest delete =
                DeleteRangeRequest.newBuilder().setKey(absolute(key)).build();
        return transact(
                "delete " + prefix + key, key, expected, RequestOp.newBuilder().setRequestDeleteRange(delete));
    }

    private boolean transact(String what, String key, Expected expected, RequestOp.Builder action) throws DcsException {
        TxnRequest.Builder request = TxnRequest.newBuilder().addSuccess(action);
        condition(key, expected).ifPresent(request::addCompare);
        TxnRequest complete = request.build();
        return calls.once(what, channel -> {
            try {
                return KVGrpc.newBlockingStub(channel).txn(complete).getSucceeded();
            } catch (StatusRuntimeException failed) {
                if (isLeaseGone(failed)) {
                    return false;
                }
                throw failed;
            }
        });
    }

    private Optional<Compare> condition(String key, Expected expected) {
        Compare.Builder compare = Compare.newBuilder().setKey(absolute(key)).setResult(Compare.CompareResult.EQUAL);
        if (expected instanceof Expected.At at) {
            return Optional.of(compare.setTarget(Compare.CompareTarget.MOD)
                    .setModRevision(at.revision())
                    .build());
        }
        if (expected instanceof Expected.Absent) {
            return Optional.of(compare.setTarget(Compare.CompareTarget.CREATE)
                    .setCreateRevision(0)
                    .build());
        }
        return Optional.empty();
    }

    /** Returns when a majority has confirmed, after this call, the leader of the term in the answer. */
    ResponseHeader confirmLeader(Channel channel) {
        return KVGrpc.newBlockingStub(channel).range(countOfNothing().build()).getHeader();
    }

    /** The cheapest request that a user who may read the prefix may make. */
    RangeRequest.Builder countOfNothing() {
        return RangeRequest.newBuilder().setKey(firstKey()).setCountOnly(true);
    }

    private ByteString absolute(String key) {
        return ByteString.copyFromUtf8(prefix + key);
    }
}
