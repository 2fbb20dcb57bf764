package dev.regent.dcs.consul;

import com.ecwid.consul.ConsulException;
import com.ecwid.consul.transport.AbstractHttpTransport;
import com.ecwid.consul.transport.HttpRequest;
import com.ecwid.consul.transport.HttpResponse;
import com.ecwid.consul.transport.HttpTransport;
import dev.regent.ha.spi.DcsException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.apache.http.HttpClientConnection;
import org.apache.http.HttpException;
import org.apache.http.client.HttpClient;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.protocol.HttpContext;
import org.apache.http.protocol.HttpRequestExecutor;

/**
 * Sends requests to one agent: the only class that knows the HTTP library. Each request is sent at most once; the token
 * travels in a header and never in a URL, where it would end in logs.
 *
 * <p>Thread-safe.
 */
final class ConsulHttp implements AutoCloseable {
    private static final String TOKEN_HEADER = "X-Consul-Token";
    private static final String FILTERED_HEADER = "X-Consul-Results-Filtered-By-ACLs";

    /** Checking costs a millisecond; a connection that died unnoticed would cost the whole call. */
    private static final int CHECK_CONNECTIONS_IDLE_FOR_MILLIS = 1;

    /** The agent is near; waiting longer would only delay a watch's next attempt. */
    private static final int CONNECT_MILLIS = 3_000;

    private final ConsulSettings settings;
    private final PoolingHttpClientConnectionManager connections;
    private final HttpTransport transport = new CurrentClient();
    private volatile CloseableHttpClient client;

    /** @param silence how long the agent may take to say the next thing */
    ConsulHttp(ConsulSettings settings, int maxConnections, Duration silence) {
        this.settings = settings;
        this.connections = new PoolingHttpClientConnectionManager(Tls.sockets(settings));
        connections.setMaxTotal(maxConnections);
        connections.setDefaultMaxPerRoute(maxConnections);
        connections.setValidateAfterInactivity(CHECK_CONNECTIONS_IDLE_FOR_MILLIS);
        this.client = client(silence);
    }

    void limitSilenceTo(Duration silence) {
        client = client(silence);
    }

    /** @param pathAndQuery begins with {@code /v1/}, encoded */
    Answer get(String pathAndQuery) throws DcsException {
        return send("GET", pathAndQuery, "");
    }

    Answer put(String pathAndQuery, String body) throws DcsException {
        return send("PUT", pathAndQuery, body);
    }

    /** Ends what is under way with an exception. */
    @Override
    public void close() {
        connections.shutdown();
    }

    private Answer send(String method, String pathAndQuery, String body) throws DcsException {
        String name = method + " " + settings.address() + pathAndQuery;
        HttpRequest request = HttpRequest.Builder.newBuilder()
                .setUrl(settings.address() + pathAndQuery)
                .setContent(body)
                .build();
        try {
            HttpResponse response =
                    method.equals("GET") ? transport.makeGetRequest(request) : transport.makePutRequest(request);
            Long index = response.getConsulIndex();
            return new Answer(name, response.getStatusCode(), response.getContent(), index == null ? 0 : index);
        } catch (ConsulException | IllegalStateException unreachable) {
            // IllegalStateException: the connections were shut down meanwhile
            Throwable cause = unreachable.getCause() == null ? unreachable : unreachable.getCause();
            throw new DcsException(name + ": no answer from Consul: " + cause, unreachable);
        }
    }

    private CloseableHttpClient client(Duration silence) {
        // To the library, zero means for ever
        int millis = (int) Math.max(1, Math.min(silence.toMillis(), Integer.MAX_VALUE));
        RequestConfig limits = RequestConfig.custom()
                .setConnectionRequestTimeout(millis)
                .setConnectTimeout(Math.min(millis, CONNECT_MILLIS))
                .setSocketTimeout(millis)
                .build();
        HttpClientBuilder builder = HttpClientBuilder.create()
                .setConnectionManager(connections)
                .setConnectionManagerShared(true)
                .setDefaultRequestConfig(limits)
                .setRequestExecutor(new UnlessInterrupted())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                // With it a connection that uses a client certificate would never be used twice
                .disableConnectionState();
        settings.token()
                .ifPresent(token ->
                        builder.addInterceptorLast((org.apache.http.HttpRequest request, HttpContext context) ->
                                request.setHeader(TOKEN_HEADER, token)));
        builder.addInterceptorLast(ConsulHttp::refuseFilteredAnswer);
        return builder.build();
    }

    /** Entries that the token may not see would look like a cluster without members. */
    private static void refuseFilteredAnswer(org.apache.http.HttpResponse response, HttpContext context)
            throws IOException {
        if (response.containsHeader(FILTERED_HEADER)
                && response.getFirstHeader(FILTERED_HEADER).getValue().equalsIgnoreCase("true")) {
            throw new IOException("the token may not read everything below the prefix: grant it key_prefix write");
        }
    }

    /** consul-api's requests on the client that has the limits of now. */
    private final class CurrentClient extends AbstractHttpTransport {
        @Override
        protected HttpClient getHttpClient() {
            return client;
        }
    }

    /** Does not send what the caller has given up meanwhile: it may have read and decided anew since. */
    private static final class UnlessInterrupted extends HttpRequestExecutor {
        @Override
        public org.apache.http.HttpResponse execute(
                org.apache.http.HttpRequest request, HttpClientConnection connection, HttpContext context)
                throws IOException, HttpException {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("given up before it was sent");
            }
            return super.execute(request, connection, context);
        }
    }
}
