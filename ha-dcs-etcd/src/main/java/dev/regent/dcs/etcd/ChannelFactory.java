package dev.regent.dcs.etcd;

import dev.regent.dcs.etcd.EtcdOptions.ClientCertificate;
import dev.regent.dcs.etcd.EtcdOptions.Tls;
import dev.regent.ha.tls.Identity;
import dev.regent.ha.tls.PemFile;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes channels that share one I/O thread. Thread-safe. */
final class ChannelFactory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelFactory.class);

    /** gRPC's own log. Held here, since java.util.logging forgets the level of a logger that nobody refers to. */
    private static final java.util.logging.Logger GRPC_LOG = java.util.logging.Logger.getLogger("io.grpc");

    /** One thread moves all bytes: there is one connection and a handful of requests a second. */
    private static final int IO_THREADS = 1;

    /** Name lookups may block for long; two at a time, so that one name that hangs does not stop another. */
    private static final int LOOKUP_THREADS = 2;

    private static final int LOOKUP_IDLE_SECONDS = 5;
    private static final int CLOSE_SECONDS = 2;

    /** etcd sends a whole range in one message; its requests are 1.5 MB at most, so this is dozens of full entries. */
    private static final int LARGEST_ANSWER = 64 * 1024 * 1024;

    /** Long enough for a slow network, shorter than the kernel's minutes; the deadline of a call is shorter still. */
    private static final int CONNECT_MILLIS = 5_000;

    /**
     * Begins at any of a name's addresses: after one of them froze, the next connection to the same name must not begin
     * with that one again.
     */
    private static final Map<String, ?> ANY_ADDRESS_FIRST =
            Map.of("loadBalancingConfig", List.of(Map.of("pick_first", Map.of("shuffleAddressList", true))));

    private final Optional<Tls> tls;
    private final EventLoopGroup io;
    private final ThreadPoolExecutor lookups;
    private volatile Optional<SslContext> lastGood = Optional.empty();

    /** Reads the TLS files when an endpoint needs them, so that a wrong path is told at once. */
    ChannelFactory(EtcdOptions options) {
        this.tls = options.tls();
        if (GRPC_LOG.getLevel() == null) {
            // What it warns of comes back to us as the failure of a call, and is told once, not at every try.
            GRPC_LOG.setLevel(Level.SEVERE);
        }
        if (options.endpoints().stream().anyMatch(ChannelFactory::isSecure)) {
            lastGood = Optional.of(readTlsFiles());
        }
        io = new MultiThreadIoEventLoopGroup(
                IO_THREADS, new DefaultThreadFactory("regent-etcd-io", true), NioIoHandler.newFactory());
        lookups = new ThreadPoolExecutor(
                LOOKUP_THREADS,
                LOOKUP_THREADS,
                LOOKUP_IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("regent-etcd-lookup", true));
        lookups.allowCoreThreadTimeOut(true);
    }

    ManagedChannel open(URI endpoint) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget("dns:///" + endpoint.getAuthority())
                .eventLoopGroup(io)
                .channelType(NioSocketChannel.class)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .directExecutor()
                .offloadExecutor(lookups)
                // The cluster's own store is reached directly, whatever proxy this JVM uses for the outside world.
                .proxyDetector(target -> null)
                .maxInboundMessageSize(LARGEST_ANSWER)
                .defaultServiceConfig(ANY_ADDRESS_FIRST)
                .disableRetry();
        return (isSecure(endpoint) ? builder.sslContext(sslContext()) : builder.usePlaintext()).build();
    }

    /** Reads the files anew for each connection: certificates are renewed while this process runs. */
    private SslContext sslContext() {
        try {
            SslContext fresh = readTlsFiles();
            lastGood = Optional.of(fresh);
            return fresh;
        } catch (IllegalArgumentException unreadable) {
            SslContext previous = lastGood.orElseThrow(() -> unreadable);
            LOG.warn("Goes on with the TLS files as they were when last read: {}", unreadable.getMessage());
            return previous;
        }
    }

    private SslContext readTlsFiles() {
        try {
            SslContextBuilder builder = GrpcSslContexts.forClient();
            Optional<Path> authorities = tls.flatMap(Tls::authorities);
            if (authorities.isPresent()) {
                builder.trustManager(PemFile.read(authorities.get()).certificates());
            }
            Optional<ClientCertificate> own = tls.flatMap(Tls::clientCertificate);
            if (own.isPresent()) {
                Identity identity =
                        Identity.read(own.get().certificate(), own.get().key(), Optional.empty());
                builder.keyManager(identity.key(), identity.chain());
            }
            return builder.build();
        } catch (IOException | IllegalArgumentException unusable) {
            throw new IllegalArgumentException(
                    "expected PEM files with the authorities (cacert), the client certificate (cert) and its"
                            + " key (key) for etcd, found "
                            + tls.map(Tls::toString).orElse("none") + ": "
                            + Failure.rootMessage(unusable),
                    unusable);
        }
    }

    private static boolean isSecure(URI endpoint) {
        return "https".equals(endpoint.getScheme());
    }

    @Override
    public void close() {
        lookups.shutdownNow();
        io.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
