package dev.regent.dcs.etcd;

import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a try failed, in words for a person, and what it means for the next one. Immutable. */
record Failure(Kind kind, String why) {

    enum Kind {
        /** The endpoint did not answer, or said that it cannot serve now: another one may. */
        NO_ANSWER,
        /** The token was refused before anything was done: log in again. */
        LOGIN_EXPIRED,
        /** etcd's leader may have changed under the request: ask again, at the same endpoint. */
        ASK_AGAIN,
        /** etcd answered, and will give the same answer again. */
        REFUSED
    }

    static Failure of(Status status) {
        return new Failure(kindOf(status), explain(status));
    }

    private static Kind kindOf(Status status) {
        String text = describe(status);
        return switch (status.getCode()) {
            case ABORTED -> Kind.ASK_AGAIN;
            case UNAUTHENTICATED -> Kind.LOGIN_EXPIRED;
            case INVALID_ARGUMENT -> isStaleLogin(text) ? Kind.LOGIN_EXPIRED : Kind.REFUSED;
            case PERMISSION_DENIED,
                    FAILED_PRECONDITION,
                    RESOURCE_EXHAUSTED,
                    NOT_FOUND,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    ALREADY_EXISTS -> Kind.REFUSED;
            default -> Kind.NO_ANSWER;
        };
    }

    private static boolean isStaleLogin(String text) {
        return text.contains("revision of auth store is old") || text.contains("user name is empty");
    }

    private static String explain(Status status) {
        @Nullable Throwable cause = status.getCause();
        if (has(cause, SSLException.class)) {
            return "no TLS connection (" + rootMessage(cause)
                    + "); check cacert, cert and key, and that it speaks https";
        }
        if (has(cause, UnknownHostException.class)) {
            return "its host name is unknown";
        }
        if (has(cause, ConnectException.class)) {
            return "connection refused";
        }
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return "no answer in time";
        }
        String text = describe(status);
        if (text.contains("First received frame was not SETTINGS")) {
            return "it does not speak plain HTTP/2: is it an https endpoint?";
        }
        if (cause instanceof IOException || text.contains("Network closed for unknown reason")) {
            return "it closed the connection: does it restart, or expect https?";
        }
        if (text.contains("user name is empty")) {
            return "it asks for a login: set username and password";
        }
        if (text.contains("invalid user ID or password")) {
            return "it refuses the login: check username and password";
        }
        return text.isEmpty() ? status.getCode().toString() : text;
    }

    private static String describe(Status status) {
        return Optional.ofNullable(status.getDescription()).orElse("");
    }

    private static boolean has(@Nullable Throwable cause, Class<? extends Throwable> type) {
        return Stream.iterate(cause, link -> link != null, link -> link == null ? null : link.getCause())
                .anyMatch(type::isInstance);
    }

    static String rootMessage(@Nullable Throwable failure) {
        @Nullable Throwable root = failure;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root);
    }
}
