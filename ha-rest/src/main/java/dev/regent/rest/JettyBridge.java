package dev.regent.rest;

import dev.regent.ha.engine.Ticker;
import dev.regent.ha.spi.DcsException;
import dev.regent.rest.Routes.Route;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries requests from Jetty to endpoints and their responses back; nothing else knows Jetty's types. Bodies are read
 * without a thread; slow endpoints run on threads of their own. Thread-safe.
 */
final class JettyBridge extends Handler.Abstract {
    /** The configuration of a cluster fits many times; nothing larger is ever sent here. */
    static final int LARGEST_BODY = 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(JettyBridge.class);
    private static final double NANOS_IN_MILLISECOND = 1e6;

    private final Routes routes;
    private final Optional<BasicAuth> auth;
    private final Executor slowThreads;
    private final Ticker ticker;

    JettyBridge(Routes routes, Optional<BasicAuth> auth, Executor slowThreads, Ticker ticker) {
        this.routes = routes;
        this.auth = auth;
        this.slowThreads = slowThreads;
        this.ticker = ticker;
    }

    @Override
    public boolean handle(
            org.eclipse.jetty.server.Request jetty, org.eclipse.jetty.server.Response out, Callback callback) {
        Exchange exchange = new Exchange(jetty, out, callback, ticker.read());
        Request request = requestOf(jetty);
        Route route = routes.find(request.method(), request.path());
        Optional<Response> refused = route.unsafe() ? refused(request) : Optional.empty();
        if (refused.isPresent()) {
            exchange.send(refused.get());
        } else if (route.slow()) {
            readBodyThenAnswer(exchange, route, request);
        } else {
            exchange.send(answer(route, request));
        }
        return true;
    }

    private static Request requestOf(org.eclipse.jetty.server.Request jetty) {
        String path = jetty.getHttpURI().getPath();
        return new Request(
                jetty.getMethod(),
                path == null || path.isEmpty() ? "/" : path,
                Request.parseQuery(jetty.getHttpURI().getQuery()),
                Optional.ofNullable(jetty.getHeaders().get(HttpHeader.AUTHORIZATION)),
                Optional.empty());
    }

    private Optional<Response> refused(Request request) {
        try {
            if (auth.isPresent()) {
                auth.get().check(request);
            }
            return Optional.empty();
        } catch (Refusal refusal) {
            return Optional.of(refusal.response());
        }
    }

    /** Only a body that was announced with its length is read. */
    private void readBodyThenAnswer(Exchange exchange, Route route, Request request) {
        long length = exchange.jetty().getLength();
        if (length > LARGEST_BODY) {
            exchange.send(ErrorPage.of(Response.CONTENT_TOO_LARGE));
        } else if (length < 0 || !route.unsafe()) {
            answerSlowly(exchange, route, request);
        } else {
            Content.Source.asByteArrayAsync(
                    exchange.jetty(),
                    LARGEST_BODY,
                    Promise.Invocable.from(
                            InvocationType.NON_BLOCKING,
                            body -> answerSlowly(exchange, route, request.withBody(body)),
                            exchange.callback()::failed));
        }
    }

    private void answerSlowly(Exchange exchange, Route route, Request request) {
        try {
            slowThreads.execute(() -> exchange.send(answer(route, request)));
        } catch (RejectedExecutionException busyOrClosing) {
            exchange.send(ErrorPage.of(Response.UNAVAILABLE));
        }
    }

    /** A failure of an endpoint is the failure of one request. */
    private static Response answer(Route route, Request request) {
        try {
            return route.endpoint().answer(request);
        } catch (Refusal refusal) {
            return refusal.response();
        } catch (DcsException unreachable) {
            return Response.text(Response.UNAVAILABLE, "the store does not answer: " + unreachable.getMessage());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return Response.text(Response.UNAVAILABLE, "this node is closing; the operation may still be in progress");
        } catch (RuntimeException bug) {
            LOG.error("unexpected failure of {} {}, please report it", request.method(), request.path(), bug);
            return ErrorPage.of(Response.INTERNAL_ERROR);
        }
    }

    /** One request to Jetty and the way to answer it. */
    private final class Exchange {
        private final org.eclipse.jetty.server.Request jetty;
        private final org.eclipse.jetty.server.Response out;
        private final Callback callback;
        private final Duration since;

        Exchange(
                org.eclipse.jetty.server.Request jetty,
                org.eclipse.jetty.server.Response out,
                Callback callback,
                Duration since) {
            this.jetty = jetty;
            this.out = out;
            this.callback = callback;
            this.since = since;
        }

        org.eclipse.jetty.server.Request jetty() {
            return jetty;
        }

        Callback callback() {
            return callback;
        }

        void send(Response response) {
            out.setStatus(response.status());
            response.contentType().ifPresent(type -> out.getHeaders().put(HttpHeader.CONTENT_TYPE, type));
            response.headers().forEach((name, value) -> out.getHeaders().put(name, value));
            out.write(true, ByteBuffer.wrap(response.body().getBytes(StandardCharsets.UTF_8)), callback);
            log(response);
        }

        private void log(Response response) {
            if (LOG.isDebugEnabled()) {
                double latency = ticker.read().minus(since).toNanos() / NANOS_IN_MILLISECOND;
                LOG.debug(
                        "API thread: {} - - \"{} {} {}\" {} - latency: {} ms",
                        org.eclipse.jetty.server.Request.getRemoteAddr(jetty),
                        jetty.getMethod(),
                        jetty.getHttpURI().getPathQuery(),
                        jetty.getConnectionMetaData().getProtocol(),
                        response.status(),
                        String.format(Locale.ROOT, "%.3f", latency));
            }
        }
    }
}
