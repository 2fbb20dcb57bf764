package dev.regent.dcs.etcd;

import dev.regent.ha.spi.DcsException;
import dev.regent.ha.spi.Expected;
import dev.regent.ha.spi.Session;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Iterator;

/** A session that is an etcd lease. Used by one thread. */
final class EtcdSession implements Session {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** A member that has just become etcd's leader may not know the newest leases yet, so its first no does not count. */
    private static final int NOES_THAT_COUNT = 2;

    private final Calls calls;
    private final EtcdKeys keys;
    private final long lease;
    private final Duration ttl;

    private EtcdSession(Calls calls, EtcdKeys keys, long lease, Duration ttl) {
        this.calls = calls;
        this.keys = keys;
        this.lease = lease;
        this.ttl = ttl;
    }

    /** Repeatable: a lease that was granted without our hearing of it just runs out. */
    static EtcdSession open(Calls calls, EtcdKeys keys, Duration ttl) throws DcsException {
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("expected a time to live above zero, found " + ttl);
        }
        // etcd counts in seconds: rounded up it lives longer than asked for, which a store may do.
        long seconds = (ttl.toNanos() + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
        LeaseGrantRequest request =
                LeaseGrantRequest.newBuilder().setTTL(seconds).build();
        LeaseGrantResponse granted = calls.repeatable(
                "open a session", channel -> LeaseGrpc.newBlockingStub(channel).leaseGrant(request));
        return new EtcdSession(calls, keys, granted.getID(), ttl);
    }

    @Override
    public String id() {
        return EtcdKeys.sessionId(lease);
    }

    @Override
    public Duration timeToLive() {
        return ttl;
    }

    @Override
    public boolean renew() throws DcsException {
        return calls.repeatable("renew the session " + id(), this::renewOver);
    }

    /**
     * A member of etcd renews a lease without asking the others, so one that was paused while they chose a new leader may
     * say yes to a lease that has long run out. Therefore a majority must confirm, after the answer and in the same term,
     * that its leader still leads.
     */
    private boolean renewOver(Channel channel) {
        for (int no = 0; no < NOES_THAT_COUNT; no++) {
            LeaseKeepAliveResponse answer = keepAlive(channel);
            long confirmedTerm = keys.confirmLeader(channel).getRaftTerm();
            if (confirmedTerm != answer.getHeader().getRaftTerm()) {
                throw Status.ABORTED
                        .withDescription("etcd chose a new leader during the request")
                        .asRuntimeException();
            }
            if (answer.getTTL() > 0) {
                return true;
            }
        }
        return false;
    }

    /** One request, one answer, on a stream of their own: an answer that comes late has nobody to be mistaken by. */
    private LeaseKeepAliveResponse keepAlive(Channel channel) {
        LeaseKeepAliveRequest request =
                LeaseKeepAliveRequest.newBuilder().setID(lease).build();
        Iterator<LeaseKeepAliveResponse> answers = ClientCalls.blockingServerStreamingCall(
                channel, LeaseGrpc.getLeaseKeepAliveMethod(), CallOptions.DEFAULT, request);
        if (!answers.hasNext()) {
            throw Status.UNAVAILABLE
                    .withDescription("it ended the request without an answer")
                    .asRuntimeException();
        }
        return answers.next();
    }

    @Override
    public boolean write(String key, String value, Expected expected) throws DcsException {
        return keys.put(key, value, expected, lease);
    }

    @Override
    public void end() throws DcsException {
        LeaseRevokeRequest request =
                LeaseRevokeRequest.newBuilder().setID(lease).build();
        calls.repeatable("end the session " + id(), channel -> {
            try {
                return LeaseGrpc.newBlockingStub(channel).leaseRevoke(request);
            } catch (StatusRuntimeException failed) {
                if (EtcdKeys.isLeaseGone(failed)) {
                    return true;
                }
                throw failed;
            }
        });
    }
}
