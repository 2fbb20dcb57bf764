package dev.regent.rest;

import dev.regent.ha.engine.Ticker;
import dev.regent.ha.spi.DcsException;
import dev.regent.rest.Routes.Access;
import dev.regent.rest.Routes.Route;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint.SslSessionData;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries requests from Jetty to endpoints and their responses back; nothing else knows Jetty's types. Bodies are read
 * without a thread; slow endpoints run on threads of their own. Thread-safe.
 */
final class JettyBridge extends Handler.Abstract {
    /** The configuration of a cluster fits many times; nothing larger is ever sent here. */
    static final int LARGEST_BODY = 1024 * 1024;

    /** A body fits into a few packets; whoever dribbles it in is not heard to its end. */
    static final Duration LONGEST_BODY = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(JettyBridge.class);
    private static final double NANOS_IN_MILLISECOND = 1e6;

    private final Routes routes;
    private final Threads threads;
    private final Ticker ticker;
    private volatile Exposure exposure;

    /** Whose threads run what must not occupy a thread that health checks need. */
    record Threads(Executor asking, Executor slow) {}

    JettyBridge(Routes routes, Exposure exposure, Threads threads, Ticker ticker) {
        this.routes = routes;
        this.exposure = exposure;
        this.threads = threads;
        this.ticker = ticker;
    }

    /** For requests that come from now on. */
    void adopt(Exposure next) {
        exposure = next;
    }

    @Override
    public boolean handle(
            org.eclipse.jetty.server.Request jetty, org.eclipse.jetty.server.Response out, Callback callback) {
        Exchange exchange = new Exchange(jetty, out, callback, exposure, ticker.read());
        Request request = requestOf(jetty);
        Route route = routes.find(request.method(), request.path());
        if (route.isOpen()) {
            answerOn(threadsFor(route), exchange, route, request);
        } else if (exchange.exposure().gate().mayTakeLong()) {
            run(threads.slow(), exchange, () -> passGate(exchange, route, request));
        } else {
            passGate(exchange, route, request);
        }
        return true;
    }

    private Optional<Executor> threadsFor(Route route) {
        return switch (route.pace()) {
            case INSTANT -> Optional.empty();
            case ASKING -> Optional.of(threads.asking());
            case SLOW -> Optional.of(threads.slow());
        };
    }

    private static Request requestOf(org.eclipse.jetty.server.Request jetty) {
        String path = jetty.getHttpURI().getPath();
        return new Request(
                jetty.getMethod(),
                path == null || path.isEmpty() ? "/" : path,
                Request.parseQuery(jetty.getHttpURI().getQuery()),
                Optional.empty());
    }

    private static Caller callerOf(org.eclipse.jetty.server.Request jetty) {
        ConnectionMetaData connection = jetty.getConnectionMetaData();
        SslSessionData tls = connection.getConnection().getEndPoint().getSslSessionData();
        return new Caller(
                connection.getRemoteSocketAddress() instanceof InetSocketAddress remote
                        ? Optional.ofNullable(remote.getAddress())
                        : Optional.empty(),
                tls != null && tls.peerCertificates() != null && tls.peerCertificates().length > 0,
                Optional.ofNullable(jetty.getHeaders().get(HttpHeader.AUTHORIZATION)),
                Optional.ofNullable(jetty.getHeaders().get(HttpHeader.ORIGIN)),
                Optional.ofNullable(jetty.getHeaders().get(HttpHeader.HOST)));
    }

    private void passGate(Exchange exchange, Route route, Request request) {
        try {
            exchange.exposure().gate().check(callerOf(exchange.jetty()), route.access() == Access.ALLOWED);
        } catch (Refusal refusal) {
            exchange.send(refusal.response());
            return;
        }
        readBodyThenAnswer(exchange, route, request);
    }

    /** Only a body that was announced with its length is read. */
    private void readBodyThenAnswer(Exchange exchange, Route route, Request request) {
        long length = exchange.jetty().getLength();
        if (length > LARGEST_BODY) {
            exchange.send(ErrorPage.of(Response.CONTENT_TOO_LARGE));
        } else if (length < 0) {
            answerOn(threadsFor(route), exchange, route, request);
        } else {
            readBody(exchange, body -> answerOn(threadsFor(route), exchange, route, request.withBody(body)));
        }
    }

    private static void readBody(Exchange exchange, Consumer<byte[]> then) {
        Scheduler.Task late = exchange.jetty()
                .getComponents()
                .getScheduler()
                .schedule(
                        () -> exchange.jetty().fail(new TimeoutException("the body did not come in time")),
                        LONGEST_BODY.toSeconds(),
                        TimeUnit.SECONDS);
        Content.Source.asByteArrayAsync(
                exchange.jetty(),
                LARGEST_BODY,
                Promise.Invocable.from(
                        InvocationType.NON_BLOCKING,
                        body -> {
                            late.cancel();
                            then.accept(body);
                        },
                        failure -> {
                            late.cancel();
                            exchange.callback().failed(failure);
                        }));
    }

    private static void answerOn(Optional<Executor> where, Exchange exchange, Route route, Request request) {
        if (where.isEmpty()) {
            exchange.send(answer(route, request));
        } else {
            run(where.get(), exchange, () -> exchange.send(answer(route, request)));
        }
    }

    private static void run(Executor where, Exchange exchange, Runnable task) {
        try {
            where.execute(task);
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
        private final Exposure exposure;
        private final Duration since;

        Exchange(
                org.eclipse.jetty.server.Request jetty,
                org.eclipse.jetty.server.Response out,
                Callback callback,
                Exposure exposure,
                Duration since) {
            this.jetty = jetty;
            this.out = out;
            this.callback = callback;
            this.exposure = exposure;
            this.since = since;
        }

        Exposure exposure() {
            return exposure;
        }

        org.eclipse.jetty.server.Request jetty() {
            return jetty;
        }

        Callback callback() {
            return callback;
        }

        void send(Response response) {
            out.setStatus(response.status());
            HttpFields.Mutable fields = out.getHeaders();
            if (response.kind() != Response.Kind.STATUS) {
                fields.put(HttpHeader.SERVER, exposure.server());
            }
            response.headers().forEach(fields::put);
            response.contentType().ifPresent(type -> fields.put(HttpHeader.CONTENT_TYPE, type));
            if (response.kind() == Response.Kind.ANSWER) {
                exposure.extraHeaders().forEach(fields::put);
            }
            out.write(true, response.content(), callback);
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
