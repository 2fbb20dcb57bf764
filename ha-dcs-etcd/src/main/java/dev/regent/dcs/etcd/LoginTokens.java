package dev.regent.dcs.etcd;

import dev.regent.dcs.etcd.EtcdOptions.Login;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/**
 * Logs in and remembers the token, which every member of etcd accepts, until a member refuses it. Thread-safe; two threads
 * may log in at the same time, which costs one request and nothing else.
 */
final class LoginTokens {
    private final Optional<Login> login;
    private volatile Optional<String> token = Optional.empty();
    private volatile boolean authenticationIsOff;

    LoginTokens(Optional<Login> login) {
        this.login = login;
    }

    /** The token to send, absent without a login or when etcd's authentication is off. Asks etcd when none is known. */
    Optional<String> token(Channel channel) {
        Optional<String> known = token;
        if (login.isEmpty() || known.isPresent() || authenticationIsOff) {
            return known;
        }
        Optional<String> fresh = authenticate(channel, login.get());
        token = fresh;
        authenticationIsOff = fresh.isEmpty();
        return fresh;
    }

    /** The token last received, without asking for one. */
    Optional<String> known() {
        return token;
    }

    void forget() {
        token = Optional.empty();
        authenticationIsOff = false;
    }

    /** Absent when etcd's authentication is off. */
    private static Optional<String> authenticate(Channel channel, Login login) {
        AuthenticateRequest request = AuthenticateRequest.newBuilder()
                .setName(login.user())
                .setPassword(login.password())
                .build();
        try {
            return Optional.of(
                    AuthGrpc.newBlockingStub(channel).authenticate(request).getToken());
        } catch (StatusRuntimeException refused) {
            if (refused.getStatus().getCode() == Status.Code.FAILED_PRECONDITION) {
                return Optional.empty();
            }
            throw refused;
        }
    }
}
