package dev.regent.dcs.etcd;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where etcd is, which keys to use, and how to be let in. Immutable.
 *
 * @param endpoints {@code http://host:port} or {@code https://host:port}; the client URLs of some or all members
 * @param prefix what all keys of the cluster begin with, for example {@code /service/demo/}
 * @param callTimeout the longest that one call may take, all endpoints together
 */
public record EtcdOptions(
        List<URI> endpoints, String prefix, Optional<Login> login, Optional<Tls> tls, Duration callTimeout) {

    private static final int DEFAULT_PORT = 2379;

    /** A fifteenth of the default time to live of a session, which leaves room for several tries. */
    private static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(2);

    /** A user of etcd's own authentication. Immutable. */
    public record Login(String user, String password) {
        public Login {
            if (user.isEmpty() || password.isEmpty()) {
                throw new IllegalArgumentException(
                        "expected a user and a password for etcd, found an empty one: set both,"
                                + " or neither when etcd's authentication is off");
            }
        }

        @Override
        public String toString() {
            return user;
        }
    }

    /**
     * PEM files for {@code https} endpoints; the JVM's own certificate authorities count when none is named. Immutable.
     */
    public record Tls(Optional<Path> authorities, Optional<ClientCertificate> clientCertificate) {}

    /** The certificate that this client shows, with its chain, and its key; both may be in one file. Immutable. */
    public record ClientCertificate(Path certificate, Path key) {}

    public EtcdOptions {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected at least one etcd endpoint such as http://10.0.0.1:2379, found none");
        }
        endpoints = endpoints.stream().map(EtcdOptions::checked).distinct().toList();
        prefix = ("/" + prefix + "/").replaceAll("/+", "/");
        if (callTimeout.isNegative() || callTimeout.isZero()) {
            throw new IllegalArgumentException("expected a call timeout above zero, found " + callTimeout);
        }
    }

    /** Options for endpoints such as {@code http://10.0.0.1:2379}, without login and with the JVM's authorities. */
    public static EtcdOptions of(String prefix, String... endpoints) {
        List<URI> uris = Arrays.stream(endpoints).map(EtcdOptions::parsed).toList();
        return new EtcdOptions(uris, prefix, Optional.empty(), Optional.empty(), DEFAULT_CALL_TIMEOUT);
    }

    public EtcdOptions withLogin(String user, String password) {
        return new EtcdOptions(endpoints, prefix, Optional.of(new Login(user, password)), tls, callTimeout);
    }

    public EtcdOptions withTls(Tls files) {
        return new EtcdOptions(endpoints, prefix, login, Optional.of(files), callTimeout);
    }

    public EtcdOptions withCallTimeout(Duration timeout) {
        return new EtcdOptions(endpoints, prefix, login, tls, timeout);
    }

    private static URI parsed(String endpoint) {
        try {
            return URI.create(endpoint);
        } catch (IllegalArgumentException notAUri) {
            throw new IllegalArgumentException(
                    "expected an etcd endpoint such as http://10.0.0.1:2379, found \"" + endpoint + "\"", notAUri);
        }
    }

    private static URI checked(URI endpoint) {
        boolean knownScheme = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!knownScheme || endpoint.getHost() == null) {
            throw new IllegalArgumentException(
                    "expected an etcd endpoint such as http://10.0.0.1:2379, found \"" + endpoint + "\"");
        }
        int port = endpoint.getPort() < 0 ? DEFAULT_PORT : endpoint.getPort();
        return URI.create(endpoint.getScheme() + "://" + endpoint.getHost() + ":" + port);
    }
}
