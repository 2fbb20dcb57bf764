package dev.regent.rest;

import dev.regent.ha.model.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One place where connections are accepted, in plain HTTP or with TLS. Started and stopped by one thread at a time. */
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    private static final int HEADER_BYTES = 8 * 1024;
    /** As long as a client may be silent in the middle of a request, or between two. */
    private static final Duration IDLE = Duration.ofSeconds(15);

    /** As long as requests that were begun may still take after the listener has moved elsewhere. */
    private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(60);

    private final Server server;
    private final CrowdedConnector connector;
    private final Optional<TlsDoor> tls;

    private Listener(Server server, CrowdedConnector connector, Optional<TlsDoor> tls) {
        this.server = server;
        this.connector = connector;
        this.tls = tls;
    }

    /** Reads the certificate if there is one; accepts nobody yet. */
    static Listener of(Server server, RestSettings settings) throws IOException {
        Optional<TlsDoor> tls = settings.tls().isPresent()
                ? Optional.of(new TlsDoor(settings.tls().get()))
                : Optional.empty();
        HttpConfiguration configuration = http();
        if (tls.isPresent()) {
            // There is one certificate, for whatever name the client uses.
            configuration.addCustomizer(new SecureRequestCustomizer(false));
        }
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        CrowdedConnector connector = tls.isPresent()
                ? new CrowdedConnector(
                        server, new SslConnectionFactory(tls.get().factory(), HttpVersion.HTTP_1_1.asString()), http)
                : new CrowdedConnector(server, http);
        connector.setHost(settings.host().isEmpty() ? null : settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setAcceptQueueSize(settings.backlog());
        return new Listener(server, connector, tls);
    }

    private static HttpConfiguration http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setResponseHeaderSize(HEADER_BYTES);
        http.setSendServerVersion(false);
        // A path here names an endpoint, never a file, so that no spelling of it can lead anywhere else.
        http.setUriCompliance(UriCompliance.UNSAFE);
        return http;
    }

    int port() {
        return connector.getLocalPort();
    }

    /** As this host reaches it. */
    String ownUrl() {
        String host =
                connector.getHost() == null ? InetAddress.getLoopbackAddress().getHostAddress() : connector.getHost();
        return (tls.isPresent() ? "https://" : "http://") + new Address(host, port());
    }

    void start() throws IOException {
        try {
            server.addConnector(connector);
            connector.start();
        } catch (Exception failure) {
            server.removeConnector(connector);
            throw new IOException(
                    "Couldn't start a service on '" + (connector.getHost() == null ? "*" : connector.getHost()) + ":"
                            + connector.getPort() + "', please check your `restapi.listen` configuration: "
                            + rootOf(failure) + ". Stop what listens there, or choose another address or port",
                    failure);
        }
    }

    private static String rootOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? String.valueOf(failure.getMessage()) : rootOf(cause);
    }

    /** Takes over what does not need another listener; certificates are read again. */
    void adopt(RestSettings settings) throws IOException {
        if (tls.isPresent() && settings.tls().isPresent()) {
            tls.get().adopt(settings.tls().get());
        }
    }

    void stopAccepting() {
        connector.close();
    }

    void acceptAgain() throws IOException {
        connector.open();
    }

    /** Lets those who are being answered finish, in the background. */
    void finish() {
        DaemonThreads.named("regent-rest-farewell", this::finishAndStop).start();
    }

    private void finishAndStop() {
        try {
            connector.shutdown().get(LONGEST_FAREWELL.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException cutShort) {
            LOG.debug("the former listener's last answers are cut short", cutShort);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        stop();
    }

    private void stop() {
        try {
            connector.stop();
            server.removeConnector(connector);
        } catch (Exception ignored) {
            // Declared by Jetty's components in general; nothing is accepted there any more.
            LOG.warn("the former listener did not stop in good order: {}", ignored.toString());
        }
    }
}
