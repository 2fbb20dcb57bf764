package dev.regent.rest;

import java.util.Optional;

/**
 * How the API is reached, who may change something through it, and what its answers carry. Immutable.
 *
 * @param host where to listen; empty or {@code *} means everywhere
 * @param port 0 means a free one
 * @param tls absent to speak plain HTTP
 * @param backlog how many connections may wait to be accepted; a burst of health checks needs {@link #FEWEST_BACKLOG}
 * @param slowThreads how many requests may wait for the store, peers or a handover at a time, at least
 *     {@link #FEWEST_SLOW_THREADS}; health checks wait for none of them
 */
public record RestSettings(
        String host,
        int port,
        Optional<TlsSettings> tls,
        AccessSettings access,
        AnswerSettings answers,
        int backlog,
        int slowThreads) {

    public static final int FEWEST_BACKLOG = 128;
    public static final int FEWEST_SLOW_THREADS = 8;

    public RestSettings {
        host = host.equals("*") ? "" : host;
        backlog = Math.max(backlog, FEWEST_BACKLOG);
        slowThreads = Math.max(slowThreads, FEWEST_SLOW_THREADS);
    }

    /** Plain HTTP for everybody. */
    public static RestSettings listeningOn(String host, int port) {
        return new RestSettings(host, port, Optional.empty(), AccessSettings.OPEN, AnswerSettings.PLAIN, 0, 0);
    }

    public RestSettings withTls(TlsSettings value) {
        return new RestSettings(host, port, Optional.of(value), access, answers, backlog, slowThreads);
    }

    public RestSettings withAccess(AccessSettings value) {
        return new RestSettings(host, port, tls, value, answers, backlog, slowThreads);
    }

    public RestSettings withAnswers(AnswerSettings value) {
        return new RestSettings(host, port, tls, access, value, backlog, slowThreads);
    }

    boolean needsCertificate() {
        return tls.filter(settings -> settings.clientCertificates() != ClientCertificates.NONE)
                .isPresent();
    }

    /** Whether a listener of the other settings can go on under these. */
    boolean listensLike(RestSettings other) {
        return host.equals(other.host) && port == other.port && tls.isPresent() == other.tls.isPresent();
    }
}
